"""Nothing is known before it happens."""

from datetime import datetime

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

EARLY, LATE = datetime.fromisoformat("2024-03-02"), datetime.fromisoformat("2024-03-03")


def is_bad(row: Row) -> bool:
    """Tell whether it was available before its own time."""
    time, available = row.get("time"), row.get("available")
    return (
        isinstance(time, datetime)
        and isinstance(available, datetime)
        and available < time
    )


CHECKS = tuple(
    Check(
        name="available_before_it_happened",
        reads=kind.shape,
        severity=Severity.WARNING,
        why=Say("A model would learn from the future.", "模型会提前看到未来的信息。"),
        where="available < time",
        is_bad=is_bad,
        cases=(
            Case({"time": EARLY, "available": LATE}, passes=True),
            Case({"time": LATE, "available": EARLY}, passes=False),
            Case({"time": None, "available": EARLY}, passes=True),
        ),
    )
    for kind in all_kinds().values()
)
