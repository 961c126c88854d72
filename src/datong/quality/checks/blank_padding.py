"""A text has no blanks at its ends."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck


def is_bad(text: str) -> bool:
    """Tell whether a space stands at an end."""
    return text != text.strip(" ")


CHECK = TextCheck(
    name="blank_padding",
    severity=Severity.WARNING,
    why=Say(
        "A padded code joins with nothing: 'J18.900  ' is not 'J18.900'.",
        "带空格的编码无法匹配：“J18.900  ”不等于“J18.900”。",
    ),
    where="regexp_matches(value, '^ | $')",
    is_bad=is_bad,
    only="starts_with(value, ' ') or ends_with(value, ' ')",
    cases=(
        ("J18.900", True),
        ("J18.900  ", False),
        (" 1", False),
        ("", True),
    ),
)
