"""A value says something."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

WORDS = (
    *("-", "--", "/", ".", "?", "??", "999", "9999", "N/A", "NA", "NULL", "NONE"),
    *("UNKNOWN", "无", "不详", "未知", "空", "待查", "1900-01-01", "TEST", "测试"),
)
LISTED = ", ".join(f"'{word}'" for word in WORDS)


def is_bad(text: str) -> bool:
    """Tell whether it is one of the words that stand for nothing."""
    return text.upper() in WORDS


CHECK = TextCheck(
    name="placeholder",
    severity=Severity.NOTE,
    why=Say(
        "A word for nothing (无, 不详, N/A, 999) counts as filled and says nothing.",
        "“无”“不详”“N/A”“999”等占位值被当作有值，实际并无信息。",
    ),
    where=f"upper(value) in ({LISTED})",
    is_bad=is_bad,
    only="strlen(value) <= 10",
    cases=(
        ("无", False),
        ("无痛", True),
        ("n/a", False),
        ("999", False),
        ("", True),
    ),
)
