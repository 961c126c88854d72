"""A day without an hour has none."""

from datetime import datetime
from datetime import time as clock

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether a time of known day only has an hour."""
    time = row.get("time")
    return (
        row.get("time_precision") == "day"
        and isinstance(time, datetime)
        and time.time() != clock()
    )


CHECKS = tuple(
    Check(
        name="time_more_exact_than_known",
        reads=kind.shape,
        severity=Severity.NOTE,
        why=Say(
            "Midnight or the hour of loading was made up.",
            "补写了零点或装载时刻，实际只知道日期。",
        ),
        where="time_precision = 'day' and cast(time as time) <> time '00:00'",
        is_bad=is_bad,
        cases=(
            Case(
                {"time_precision": "day", "time": datetime.fromisoformat("2024-03-02")},
                passes=True,
            ),
            Case(
                {
                    "time_precision": "day",
                    "time": datetime.fromisoformat("2024-03-02T13:00"),
                },
                passes=False,
            ),
            Case(
                {
                    "time_precision": "second",
                    "time": datetime.fromisoformat("2024-03-02T13:00"),
                },
                passes=True,
            ),
        ),
    )
    for kind in all_kinds().values()
)
