"""Nothing happens to a person before birth."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables, Together
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

OTHER = all_kinds()["person"].shape
FULL = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = datetime.fromisoformat("2024-03-02T08:00")
OWN: Row = {"person": 1, "birth": "2024-03-01"}


def _day(row: Row) -> date:
    """Return the day of a row that has a time."""
    time = row["time"]
    return time.date() if isinstance(time, datetime) else date.max


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows before a full date of birth of their person."""
        born: dict[Value, date] = {}
        for row in tables["person"]:
            if re.fullmatch(FULL, str(row["birth"] or "")):
                day = date.fromisoformat(str(row["birth"]))
                born[row["person"]] = max(day, born.get(row["person"], day))
        rows = [r for r in tables[kind.name] if isinstance(r["time"], datetime)]
        early = [r for r in rows if _day(r) < born.get(r["person"], date.min)]
        return {int(str(r["record"])) for r in early if r["person"] is not None}

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""

    return Together(
        name="before_birth",
        table=kind.name,
        reads=(kind.shape, OTHER),
        severity=Severity.ERROR,
        why=Say(
            "Two people were mixed, or a date is wrong.", "混淆了两个人，或日期有误。"
        ),
        examined="person is not null",
        bad=f"""
        select r.record from "{kind.name}" r join (
            select person, max(try_cast(birth as date)) as born from person
            where person is not null group by person
        ) p on p.person = r.person where cast(r.time as date) < p.born
        """,
        find=_finder(kind),
        scenes=(
            Scene(
                {
                    "person": [OWN],
                    kind.name: [{"record": 9, "person": 1, "time": TIME}],
                },
                frozenset(),
            ),
            Scene(
                {
                    "person": [OWN],
                    kind.name: [
                        {"record": 9, "person": 1, "time": TIME - timedelta(days=9)}
                    ],
                },
                frozenset({9}),
            ),
        ),
    )


CHECKS = tuple(
    _check(kind)
    for kind in all_kinds().values()
    if kind.name != "person" and not kind.vault
)
