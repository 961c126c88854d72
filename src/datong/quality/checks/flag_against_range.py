"""A result flagged high is above its range."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether the flag contradicts the range."""
    value, low, high = (row[name] for name in ("value_number", "low", "high"))
    if not isinstance(value, Decimal):
        return False
    over = isinstance(high, Decimal) and value > high
    under = isinstance(low, Decimal) and value < low
    wrong = {
        "H": isinstance(high, Decimal) and not over,
        "L": isinstance(low, Decimal) and not under,
        "N": over or under,
    }
    return wrong.get(str(row["flag_code"]), False)


CHECK = Check(
    name="flag_against_range",
    reads=all_kinds()["lab_result"].shape,
    severity=Severity.WARNING,
    why=Say(
        "Flag or range belongs to another test, sex or unit.",
        "异常标志或参考范围与结果不符，可能属于其他项目、性别或单位。",
    ),
    where=(
        "(flag_code = 'H' and value_number <= high)"
        " or (flag_code = 'L' and value_number >= low)"
        " or (flag_code = 'N' and (value_number > high or value_number < low))"
    ),
    is_bad=is_bad,
    cases=(
        Case(
            {
                "value_number": Decimal(9),
                "low": Decimal(1),
                "high": Decimal(5),
                "flag_code": "H",
            },
            passes=True,
        ),
        Case(
            {
                "value_number": Decimal(3),
                "low": Decimal(1),
                "high": Decimal(5),
                "flag_code": "H",
            },
            passes=False,
        ),
        Case(
            {
                "value_number": Decimal(9),
                "low": Decimal(1),
                "high": Decimal(5),
                "flag_code": "N",
            },
            passes=False,
        ),
        Case(
            {
                "value_number": None,
                "low": Decimal(1),
                "high": Decimal(5),
                "flag_code": "N",
            },
            passes=True,
        ),
    ),
)
