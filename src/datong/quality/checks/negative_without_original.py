"""A negative line says what it reverses."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether a negative amount reverses nothing."""
    amount = row["amount"]
    return isinstance(amount, Decimal) and amount < 0 and row["reverses"] is None


CHECK = Check(
    name="negative_without_original",
    reads=all_kinds()["fee_line"].shape,
    severity=Severity.WARNING,
    why=Say(
        "A refund without its original cannot be netted.",
        "红冲行没有对应的原始收费，无法相抵。",
    ),
    where="amount < 0 and reverses is null",
    is_bad=is_bad,
    cases=(
        Case({"amount": Decimal(-3), "reverses": "F1"}, passes=True),
        Case({"amount": Decimal(-3), "reverses": None}, passes=False),
        Case({"amount": Decimal(3), "reverses": None}, passes=True),
    ),
)
