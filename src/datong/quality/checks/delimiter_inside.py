"""A value is one value."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck


def is_bad(text: str) -> bool:
    """Tell whether a tab, a bar or a double quote stands in a short text."""
    return re.search('[\t|]|"', text) is not None and len(text) < 40


CHECK = TextCheck(
    name="delimiter_inside",
    severity=Severity.WARNING,
    why=Say(
        "A delimiter or a quote in a short field shows that columns slipped.",
        "短字段中出现分隔符或引号，说明列已错位。",
    ),
    where="regexp_matches(value, '[\\t|]|\"') and length(value) < 40",
    is_bad=is_bad,
    only="contains(value, chr(9)) or contains(value, '|') or contains(value, '\"')",
    cases=(
        ("a|b", False),
        ('"肺', False),
        ("肺", True),
    ),
)
