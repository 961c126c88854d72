"""A number is the one that was written."""

import re
from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

WRITTEN = "[-+]?[0-9]{1,12}([.][0-9]{1,6})?"


def is_bad(row: Row) -> bool:
    """Tell whether a written number differs, or there was none to read."""
    text, number = row["value_text"], row["value_number"]
    if text is None or number is None or row["value_operator"] is not None:
        return False
    if re.search("[０-９．]", str(text)):
        return False
    read = re.fullmatch(WRITTEN, str(text).strip(" "))
    return read is None or Decimal(read.group()) != number


CHECK = Check(
    name="number_differs_from_text",
    reads=all_kinds()["lab_result"].shape,
    severity=Severity.ERROR,
    why=Say(
        "Ten times the value, a lost decimal point, 0 for a word.",
        "数值相差十倍、小数点丢失，或文字被写成 0。",
    ),
    where=(
        "value_number is not null and value_text is not null"
        " and value_operator is null"
        " and not regexp_matches(value_text, '[０-９．]') and"  # full_width tells
        " coalesce(try_cast(trim(value_text) as decimal(18, 6)) <> value_number, true)"
    ),
    is_bad=is_bad,
    cases=(
        Case(
            {
                "value_text": "5.2",
                "value_number": Decimal("5.2"),
                "value_operator": None,
            },
            passes=True,
        ),
        Case(
            {"value_text": "5.2", "value_number": Decimal(52), "value_operator": None},
            passes=False,
        ),
        Case(
            {"value_text": "阴性", "value_number": Decimal(0), "value_operator": None},
            passes=False,
        ),
        Case(
            {"value_text": None, "value_number": Decimal(1), "value_operator": None},
            passes=True,
        ),
    ),
)
