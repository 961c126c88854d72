"""A cancelled order leads to nothing further."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether something that was not given has a dose."""
    dose = row["dose"]
    is_not_given = row["given_code"] in ("not-done", "refused", "cancelled")
    return is_not_given and isinstance(dose, Decimal) and dose > 0


CHECK = Check(
    name="cancelled_order_with_effect",
    reads=all_kinds()["administration"].shape,
    severity=Severity.WARNING,
    why=Say(
        "An order was withdrawn and is still counted as given.",
        "医嘱已作废，却仍按已执行统计。",
    ),
    where="given_code in ('not-done', 'refused', 'cancelled') and dose > 0",
    is_bad=is_bad,
    cases=(
        Case({"given_code": "completed", "dose": Decimal(1)}, passes=True),
        Case({"given_code": "refused", "dose": Decimal(1)}, passes=False),
        Case({"given_code": "refused", "dose": None}, passes=True),
    ),
)
