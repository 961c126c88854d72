"""A body temperature is in degrees Celsius."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether a body temperature under Celsius is out of all bounds."""
    value = row["value_number"]
    is_celsius = row["unit_code"] in ("Cel", "℃", "°C")
    return is_celsius and isinstance(value, Decimal) and not 25 <= value <= 45


CHECK = Check(
    name="body_temperature_in_fahrenheit",
    reads=all_kinds()["vital_sign"].shape,
    severity=Severity.ERROR,
    why=Say(
        "98.6 under °C is a temperature in Fahrenheit.",
        "单位为 ℃ 而数值为 98.6，实为华氏度。",
    ),
    where=(
        "unit_code in ('Cel', '℃', '°C') and (value_number < 25 or value_number > 45)"
    ),
    is_bad=is_bad,
    cases=(
        Case({"unit_code": "Cel", "value_number": Decimal("36.5")}, passes=True),
        Case({"unit_code": "Cel", "value_number": Decimal("98.6")}, passes=False),
        Case({"unit_code": "mmHg", "value_number": Decimal(98)}, passes=True),
    ),
)
