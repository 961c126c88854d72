"""A record that its source deleted is not published."""

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether the source deleted it."""
    return row.get("deleted") is True


CHECKS = tuple(
    Check(
        name="deleted_record_published",
        reads=kind.shape,
        severity=Severity.ERROR,
        why=Say(
            "What a hospital took back would still be counted.",
            "医院已撤销的记录仍被统计。",
        ),
        where="deleted",
        is_bad=is_bad,
        cases=(
            Case({"deleted": False}, passes=True),
            Case({"deleted": True}, passes=False),
            Case({"deleted": None}, passes=True),
        ),
    )
    for kind in all_kinds().values()
)
