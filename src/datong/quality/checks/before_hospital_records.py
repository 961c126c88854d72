"""Nothing happened before hospitals kept electronic records."""

from datetime import datetime

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

FIRST = datetime.fromisoformat("1970-01-01")


def is_bad(row: Row) -> bool:
    """Tell whether the time lies before 1970."""
    time = row.get("time")
    return isinstance(time, datetime) and time < FIRST


CHECKS = tuple(
    Check(
        name="before_hospital_records",
        reads=kind.shape,
        severity=Severity.WARNING,
        why=Say(
            "A date in 1900 or 1924 is a wrong century or a stand-in for nothing.",
            "1900 年或 1924 年之类的日期，多为世纪写错或占位值。",
        ),
        where="time < timestamp '1970-01-01'",
        is_bad=is_bad,
        cases=(
            Case({"time": FIRST}, passes=True),
            Case({"time": datetime.fromisoformat("1924-03-02")}, passes=False),
            Case({"time": None}, passes=True),
        ),
    )
    for kind in all_kinds().values()
)
