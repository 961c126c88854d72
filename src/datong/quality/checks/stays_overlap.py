"""A person lies in one bed at a time."""

from datetime import datetime

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find inpatient stays that share more than a moment with another."""
    stays = [e for e in tables["encounter"] if e["class_code"] == "inpatient"]
    return {int(str(a["record"])) for a in stays if any(_meet(a, b) for b in stays)}


def _meet(a: Row, b: Row) -> bool:
    """Tell whether two stays of one person share time."""
    if (
        a["person"] is None
        or a["person"] != b["person"]
        or None in (a["encounter"], b["encounter"])
        or a["encounter"] == b["encounter"]
    ):
        return False
    times = [row[name] for row in (a, b) for name in ("time", "time_end")]
    start, end, other, last = (t if isinstance(t, datetime) else None for t in times)
    if start is None or end is None or other is None or last is None:
        return False
    return start < last and other < end


def _stay(record: int, first: int, last: int) -> Row:
    """Make a stay for the scenes."""
    days = [datetime.fromisoformat(f"2024-03-0{day}") for day in (first, last)]
    times = {"time": days[0], "time_end": days[1]}
    return {
        "record": record,
        "encounter": record,
        "person": 7,
        "class_code": "inpatient",
        **times,
    }


CHECK = Together(
    name="stays_overlap",
    table="encounter",
    reads=(KINDS["encounter"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "Two people were made one, or a stay was never closed.",
        "两个人被并为一人，或某次住院未结束。",
    ),
    examined="class_code = 'inpatient'",
    bad="""
        select distinct a.record from encounter a join encounter b
        on a.person = b.person and a.encounter <> b.encounter
        and a.class_code = 'inpatient' and b.class_code = 'inpatient'
        and a.time < b.time_end and b.time < a.time_end
    """,
    find=find,
    scenes=(
        Scene({"encounter": [_stay(1, 1, 5), _stay(2, 5, 8)]}, frozenset(())),
        Scene({"encounter": [_stay(1, 1, 5), _stay(2, 4, 8)]}, frozenset((1, 2))),
    ),
)
