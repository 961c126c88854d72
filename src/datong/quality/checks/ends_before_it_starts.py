"""Nothing ends before it starts."""

from datetime import datetime

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

EARLY, LATE = datetime.fromisoformat("2024-03-02"), datetime.fromisoformat("2024-03-03")


def is_bad(row: Row) -> bool:
    """Tell whether the end lies before the start."""
    start, end = row.get("time"), row.get("time_end")
    return isinstance(start, datetime) and isinstance(end, datetime) and end < start


CHECKS = tuple(
    Check(
        name="ends_before_it_starts",
        reads=kind.shape,
        severity=Severity.ERROR,
        why=Say(
            "A length would be negative: of a stay, of an order.",
            "时长会变成负数，例如住院天数、医嘱天数。",
        ),
        where="time_end < time",
        is_bad=is_bad,
        cases=(
            Case({"time": EARLY, "time_end": LATE}, passes=True),
            Case({"time": LATE, "time_end": EARLY}, passes=False),
            Case({"time": LATE, "time_end": None}, passes=True),
        ),
    )
    for kind in all_kinds().values()
)
