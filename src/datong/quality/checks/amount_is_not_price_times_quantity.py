"""An amount is price times quantity."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

CENT = Decimal("0.01")


def is_bad(row: Row) -> bool:
    """Tell whether the amount is more than a cent off."""
    price, quantity, amount = (row[name] for name in ("price", "quantity", "amount"))
    if not isinstance(price, Decimal) or not isinstance(quantity, Decimal):
        return False
    return isinstance(amount, Decimal) and abs(price * quantity - amount) > CENT


CHECK = Check(
    name="amount_is_not_price_times_quantity",
    reads=all_kinds()["fee_line"].shape,
    severity=Severity.ERROR,
    why=Say(
        "The bill does not add up, or a column slipped.", "账单金额对不上，或列已错位。"
    ),
    where="abs(price * quantity - amount) > 0.01",
    is_bad=is_bad,
    cases=(
        Case(
            {"price": Decimal(2), "quantity": Decimal(3), "amount": Decimal(6)},
            passes=True,
        ),
        Case(
            {"price": Decimal(2), "quantity": Decimal(3), "amount": Decimal(60)},
            passes=False,
        ),
        Case(
            {"price": None, "quantity": Decimal(3), "amount": Decimal(6)}, passes=True
        ),
    ),
)
