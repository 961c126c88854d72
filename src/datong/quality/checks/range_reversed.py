"""A reference range has its lower end below."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether the lower end is above the upper."""
    low, high = row["low"], row["high"]
    return isinstance(low, Decimal) and isinstance(high, Decimal) and low > high


CHECK = Check(
    name="range_reversed",
    reads=all_kinds()["lab_result"].shape,
    severity=Severity.WARNING,
    why=Say(
        "Every result would be flagged or none.",
        "参考范围上下限颠倒，所有结果都会被误判。",
    ),
    where="low > high",
    is_bad=is_bad,
    cases=(
        Case({"low": Decimal(1), "high": Decimal(2)}, passes=True),
        Case({"low": Decimal(2), "high": Decimal(1)}, passes=False),
        Case({"low": Decimal(2), "high": None}, passes=True),
    ),
)
