"""No more comes back than was handed out."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether more was returned than dispensed."""
    out, back = row["quantity"], row["returned"]
    return isinstance(out, Decimal) and isinstance(back, Decimal) and back > out


CHECK = Check(
    name="more_returned_than_dispensed",
    reads=all_kinds()["dispensing"].shape,
    severity=Severity.WARNING,
    why=Say(
        "The return belongs to another dispensing, or a unit changed.",
        "退药属于另一次发药，或单位发生变化。",
    ),
    where="returned > quantity",
    is_bad=is_bad,
    cases=(
        Case({"quantity": Decimal(14), "returned": Decimal(14)}, passes=True),
        Case({"quantity": Decimal(14), "returned": Decimal(15)}, passes=False),
        Case({"quantity": Decimal(14), "returned": None}, passes=True),
    ),
)
