"""Digits and letters are half-width."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck


def is_bad(text: str) -> bool:
    """Tell whether a full-width digit or letter stands in it."""
    return re.search("[０-９Ａ-Ｚａ-ｚ]", text) is not None


CHECK = TextCheck(
    name="full_width",
    severity=Severity.WARNING,
    why=Say(
        "Full-width digits and letters compare unequal to the same half-width ones.",
        "全角数字、字母与对应的半角字符不相等。",
    ),
    where="regexp_matches(value, '[０-９Ａ-Ｚａ-ｚ]')",
    is_bad=is_bad,
    only=NOT_ASCII,
    cases=(
        ("I10", True),
        ("Ｉ10", False),
        ("第１次", False),
        ("血压。", True),
    ),
)
