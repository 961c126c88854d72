"""A text was decoded without loss."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck


def is_bad(text: str) -> bool:
    """Tell whether a decoder gave up on a character."""
    return "\ufffd" in text


CHECK = TextCheck(
    name="replacement_character",
    severity=Severity.ERROR,
    why=Say(
        "U+FFFD stands where a decoder gave up: the character is lost.",
        "U+FFFD 表示解码失败，原字符已丢失。",
    ),
    where="contains(value, '\ufffd')",
    is_bad=is_bad,
    only=NOT_ASCII,
    cases=(
        ("肺癌", True),
        ("肺\ufffd", False),
    ),
)
