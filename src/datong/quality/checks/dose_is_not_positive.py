"""A dose is more than nothing."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether a dose, a quantity or a number of days is 0 or less."""
    found = [row[name] for name in ("dose", "quantity", "days")]
    return any(isinstance(value, Decimal) and value <= 0 for value in found)


CHECK = Check(
    name="dose_is_not_positive",
    reads=all_kinds()["order"].shape,
    severity=Severity.WARNING,
    why=Say("Null read as 0, or a lost decimal.", "空值被读成 0，或小数丢失。"),
    where="dose <= 0 or quantity <= 0 or days <= 0",
    is_bad=is_bad,
    cases=(
        Case({"dose": Decimal(1), "quantity": None, "days": Decimal(3)}, passes=True),
        Case({"dose": Decimal(0), "quantity": None, "days": Decimal(3)}, passes=False),
        Case({"dose": None, "quantity": None, "days": Decimal(0)}, passes=False),
    ),
)
