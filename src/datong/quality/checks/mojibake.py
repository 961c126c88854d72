"""A text reads as it was written."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck

# Letters that Latin-1 and Windows-1252 show for the bytes of GBK and of UTF-8: three
# in a row are in no word of a Western language.
LATIN = "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
SIGNS = f"[{LATIN}\u2013-\u203a\u20ac]{{3}}"


def is_bad(text: str) -> bool:
    """Tell whether bytes of Chinese show as runs of Latin letters with accents."""
    return re.search(SIGNS, text) is not None


CHECK = TextCheck(
    name="mojibake",
    severity=Severity.ERROR,
    why=Say(
        "Chinese bytes were read in a Western encoding; every word is unreadable.",
        "中文字节被按西文编码读取，文字无法辨认。",
    ),
    where=f"regexp_matches(value, '{SIGNS}')",
    is_bad=is_bad,
    only=NOT_ASCII,
    cases=(
        ("头孢克洛", True),
        ("Í·æß¿ËÂå", False),
        ("å¤´å\xad¢", False),
        ("Sjögren", True),
    ),
)
