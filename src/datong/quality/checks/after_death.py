"""Nothing happens to a person well after death."""

from collections.abc import Callable
from datetime import datetime, timedelta

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables, Together
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

OTHER = all_kinds()["person"].shape
TIME = datetime.fromisoformat("2024-03-02T08:00")
OWN: Row = {"person": 1, "death": TIME}


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows more than sixty days after the death of their person."""
        died: dict[Value, datetime] = {}
        for row in tables["person"]:
            death = row["death"]
            if isinstance(death, datetime):
                died[row["person"]] = min(death, died.get(row["person"], death))
        rows = [r for r in tables[kind.name] if r["person"] in died]
        return {
            int(str(r["record"]))
            for r in rows
            if r["person"] is not None
            and isinstance(r["time"], datetime)
            and r["time"] > died[r["person"]] + timedelta(days=60)
        }

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""

    return Together(
        name="after_death",
        table=kind.name,
        reads=(kind.shape, OTHER),
        severity=Severity.WARNING,
        why=Say(
            "Two people were mixed, or the death is of another.",
            "混淆了两个人，或死亡记录属于他人。",
        ),
        examined="person is not null",
        bad=f"""
        select r.record from "{kind.name}" r join (
            select person, min(death) as died from person
            where person is not null group by person
        ) p on p.person = r.person where r.time > p.died + interval 60 day
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
                        {"record": 9, "person": 1, "time": TIME + timedelta(days=90)}
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
