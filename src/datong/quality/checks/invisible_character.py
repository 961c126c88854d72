"""A text shows every character that it holds."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

SIGNS = "[\x00-\u0008\u000b\u000c\u000e-\u001f\u200b-\u200f\u2060\ufeff]"


def is_bad(text: str) -> bool:
    """Tell whether a character stands in it that nobody sees."""
    return re.search(SIGNS, text) is not None


CHECK = TextCheck(
    name="invisible_character",
    severity=Severity.WARNING,
    why=Say(
        "Zero-width and control characters make equal words unequal.",
        "零宽字符和控制字符会使相同的词不相等。",
    ),
    where=f"regexp_matches(value, '{SIGNS}')",
    is_bad=is_bad,
    cases=(
        ("血压", True),
        ("血\u200b压", False),
        ("\ufeff血压", False),
        ("a\x00", False),
    ),
)
