"""A specimen is taken before its result."""

from datetime import datetime

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

EARLY, LATE = datetime.fromisoformat("2024-03-02"), datetime.fromisoformat("2024-03-03")


def is_bad(row: Row) -> bool:
    """Tell whether the specimen was taken after the result."""
    time, collected = row["time"], row["collected"]
    return (
        isinstance(time, datetime)
        and isinstance(collected, datetime)
        and collected > time
    )


CHECK = Check(
    name="collected_after_result",
    reads=all_kinds()["lab_result"].shape,
    severity=Severity.ERROR,
    why=Say("The result would belong to another specimen.", "结果可能属于另一份标本。"),
    where="collected > time",
    is_bad=is_bad,
    cases=(
        Case({"time": LATE, "collected": EARLY}, passes=True),
        Case({"time": EARLY, "collected": LATE}, passes=False),
        Case({"time": None, "collected": LATE}, passes=True),
    ),
)
