"""A long number kept its digits."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

SIGNS = "[0-9](\\.[0-9]+)?[Ee]\\+[0-9]{2}"


def is_bad(text: str) -> bool:
    """Tell whether it is a number with an exponent."""
    return re.fullmatch(SIGNS, text) is not None


CHECK = TextCheck(
    name="number_in_exponent_form",
    severity=Severity.ERROR,
    why=Say(
        "A spreadsheet wrote a long number as 1.10101E+17: its last digits are lost.",
        "表格软件把长号码写成 1.10101E+17，末位数字已丢失。",
    ),
    where=f"regexp_full_match(value, '{SIGNS}')",
    is_bad=is_bad,
    only="contains(value, '+')",
    cases=(
        ("110101199003070011", True),
        ("1.10101E+17", False),
        ("E11.9", True),
    ),
)
