"""A diagnosis code has digits where digits belong."""

import re

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds


def is_bad(row: Row) -> bool:
    """Tell whether a letter O, l or I follows the first letter."""
    return re.match("[A-Z][0-9.]*[OolI]", str(row["diagnosis_code"] or "")) is not None


CHECK = Check(
    name="code_has_letter_for_digit",
    reads=all_kinds()["diagnosis"].shape,
    severity=Severity.ERROR,
    why=Say(
        "The letter O for 0 or l for 1: the code joins nothing.",
        "字母 O 代替了数字 0 或 l 代替了 1，编码无法匹配。",
    ),
    where="regexp_matches(diagnosis_code, '^[A-Z][0-9.]*[OolI]')",
    is_bad=is_bad,
    cases=(
        Case({"diagnosis_code": "I10"}, passes=True),
        Case({"diagnosis_code": "I1O"}, passes=False),
        Case({"diagnosis_code": None}, passes=True),
    ),
)
