"""What each payer paid makes the total."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.standards.records import all_kinds

CENT = Decimal("0.01")
PARTS = ("fund", "large_amount", "assistance", "account", "cash", "total")


def is_bad(row: Row) -> bool:
    """Tell whether the parts are more than a cent off the total."""
    needed = [row[name] for name in ("fund", "cash", "total")]
    if any(not isinstance(value, Decimal) for value in needed):
        return False
    names = ("fund", "large_amount", "assistance", "account", "cash")
    paid = sum((_zero(row[name]) for name in names), Decimal(0))
    return abs(paid - _zero(row["total"])) > CENT


def _zero(value: Value) -> Decimal:
    """Read an absent part as nothing."""
    return value if isinstance(value, Decimal) else Decimal(0)


CHECK = Check(
    name="payers_do_not_make_the_total",
    reads=all_kinds()["settlement"].shape,
    severity=Severity.ERROR,
    why=Say(
        "A payer is missing, or yuan and cents are mixed.",
        "缺少某一支付方，或元与分混用。",
    ),
    where="abs(fund + coalesce(large_amount, 0) + coalesce(assistance, 0)"
    " + coalesce(account, 0)"
    " + cash - total) > 0.01",
    is_bad=is_bad,
    cases=(
        Case(
            dict.fromkeys(PARTS)
            | {"fund": Decimal(6), "cash": Decimal(4), "total": Decimal(10)},
            passes=True,
        ),
        Case(
            dict.fromkeys(PARTS)
            | {"fund": Decimal(6), "cash": Decimal(4), "total": Decimal(1000)},
            passes=False,
        ),
    ),
)
