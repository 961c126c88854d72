"""A rare character has its official code."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck


def is_bad(text: str) -> bool:
    """Tell whether a character of a private font stands in it."""
    return re.search("[\ue000-\uf8ff]", text) is not None


CHECK = TextCheck(
    name="private_use_character",
    severity=Severity.WARNING,
    why=Say(
        "Characters of a private font show as boxes elsewhere, and names do not match.",
        "自造字在其他系统显示为方框，姓名无法匹配。",
    ),
    where="regexp_matches(value, '[\ue000-\uf8ff]')",
    is_bad=is_bad,
    only=NOT_ASCII,
    cases=(
        ("王喆", True),
        ("王\ue000", False),
    ),
)
