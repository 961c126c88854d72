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
# Days after its visit in which a thing may still be written down. A record of a stay is
# closed within days (病历书写基本规范, 2010); a visit's results may come weeks later.
LATE = {"note": 30, "settlement": 30, "fee_line": 7}
LATE_OF_VISIT = 30
FIRST, LAST = (datetime.fromisoformat(f"2024-03-{day}") for day in ("02", "05"))
OWN: Row = {"encounter": 1, "class_code": "inpatient", "time": FIRST, "time_end": LAST}


def _outside(kind: str, row: Row, visit: Row) -> bool:
    """Tell whether a row lies a day or more before its visit, or too long after it."""
    time, first, last = row["time"], visit["time"], visit["time_end"]
    is_stay = visit["class_code"] == "inpatient"
    late = LATE.get(kind, 1) if is_stay else LATE_OF_VISIT
    if not isinstance(time, datetime) or visit["class_code"] is None:
        return False
    is_early = isinstance(first, datetime) and time < first - DAY
    return is_early or (isinstance(last, datetime) and time > last + late * DAY)


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows outside their visit."""
        stays = [e for e in tables["encounter"] if e["encounter"] is not None]
        return {
            int(str(row["record"]))
            for row in tables[kind.name]
            for stay in stays
            if row["encounter"] == stay["encounter"] and _outside(kind.name, row, stay)
        }

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""
    late = LATE.get(kind.name, 1)
    too_late = LAST + (late + 1) * DAY
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
        on e.encounter = r.encounter where e.class_code is not null
        and (r.time < e.time - interval 1 day or r.time > e.time_end
        + if(e.class_code = 'inpatient', interval {late} day,
            interval {LATE_OF_VISIT} day))
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
                    kind.name: [{"record": 9, "encounter": 1, "time": too_late}],
                },
                frozenset({9}),
            ),
        ),
    )


CHECKS = tuple(
    _check(kind)
    for kind in all_kinds().values()
    if kind.name not in ("encounter", "person", "coverage") and not kind.vault
)
