"""A person pays no more than the amount."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether the self-pay part is greater than the whole."""
    part, whole = row["self_pay"], row["amount"]
    return (
        isinstance(part, Decimal)
        and isinstance(whole, Decimal)
        and abs(part) > abs(whole)
    )


CHECK = Check(
    name="self_pay_exceeds_amount",
    reads=all_kinds()["fee_line"].shape,
    severity=Severity.ERROR,
    why=Say(
        "Self-pay of another line, or columns swapped.",
        "自付金额属于另一行，或列被互换。",
    ),
    where="abs(self_pay) > abs(amount)",
    is_bad=is_bad,
    cases=(
        Case({"self_pay": Decimal(2), "amount": Decimal(3)}, passes=True),
        Case({"self_pay": Decimal(4), "amount": Decimal(3)}, passes=False),
        Case({"self_pay": None, "amount": Decimal(3)}, passes=True),
    ),
)
