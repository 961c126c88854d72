"""What happens in a stay happens while it lasts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

OTHER = all_kinds()["encounter"].shape
DAY = timedelta(days=1)
FIRST, LAST = (datetime.fromisoformat(f"2024-03-{day}") for day in ("02", "05"))
OWN: Row = {"encounter": 1, "class_code": "inpatient", "time": FIRST, "time_end": LAST}


def _outside(row: Row, stay: Row) -> bool:
    """Tell whether a row lies a day or more before or after a stay."""
    time, first, last = row["time"], stay["time"], stay["time_end"]
    if stay["class_code"] != "inpatient" or not isinstance(time, datetime):
        return False
    is_early = isinstance(first, datetime) and time < first - DAY
    return is_early or (isinstance(last, datetime) and time > last + DAY)


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows a day or more before or after their stay."""
        stays = [e for e in tables["encounter"] if e["encounter"] is not None]
        return {
            int(str(row["record"]))
            for row in tables[kind.name]
            for stay in stays
            if row["encounter"] == stay["encounter"] and _outside(row, stay)
        }

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""

    return Together(
        name="outside_its_visit",
        table=kind.name,
        reads=(kind.shape, OTHER),
        severity=Severity.WARNING,
        why=Say(
            "A shifted clock, another visit, or day and month swapped.",
            "时间偏移、归错就诊，或日月颠倒。",
        ),
        examined="encounter is not null",
        bad=f"""
        select r.record from "{kind.name}" r join encounter e
        on e.encounter = r.encounter where e.class_code = 'inpatient'
        and (r.time < e.time - interval 1 day
        or r.time > e.time_end + interval 1 day)
        """,
        find=_finder(kind),
        scenes=(
            Scene(
                {
                    "encounter": [OWN],
                    kind.name: [{"record": 9, "encounter": 1, "time": LAST}],
                },
                frozenset(),
            ),
            Scene(
                {
                    "encounter": [OWN],
                    kind.name: [{"record": 9, "encounter": 1, "time": LAST + 2 * DAY}],
                },
                frozenset({9}),
            ),
        ),
    )


CHECKS = tuple(
    _check(kind)
    for kind in all_kinds().values()
    if kind.name
    not in ("encounter", "person", "note", "fee_line", "settlement", "coverage")
    and not kind.vault
)
