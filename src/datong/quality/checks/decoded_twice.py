"""A text was decoded once."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck


def _signs() -> str:
    """Return what GBK makes of UTF-8 text in common characters, less the common ones.

    A character of GBK takes two bytes and one of UTF-8 three, so the last byte of one
    character and the first of the next, which is E4 to E9, make a third.
    """
    rows, cells = range(0xB0, 0xD8), range(0xA1, 0xFF)
    both = [bytes((row, cell)) for row in rows for cell in cells]
    common = {pair.decode("gb2312", "ignore") for pair in both}
    read = {
        (first + after).encode().decode("gbk", "replace")
        for first in common
        for after in ("一", "她", "是", "病", "肺", "高")
    }
    found = {character for text in read for character in text} - common
    return "".join(sorted(c for c in found if "\u4e00" <= c <= "\u9fff"))


SIGNS = _signs()


def is_bad(text: str) -> bool:
    """Tell whether half of it, two at least, are characters that GBK makes of UTF-8."""
    found = sum(character in SIGNS for character in text)
    return found >= 2 and found * 2 >= len(text)


FOUND = f"length(regexp_replace(value, '[^{SIGNS}]', '', 'g'))"

CHECK = TextCheck(
    name="decoded_twice",
    severity=Severity.ERROR,
    why=Say(
        "UTF-8 bytes were read as GBK: common words turn into rare characters.",
        "UTF-8 字节被按 GBK 解码，常用词变成生僻字。",
    ),
    where=f"{FOUND} >= 2 and {FOUND} * 2 >= length(value)",
    is_bad=is_bad,
    only=f"{NOT_ASCII} and regexp_matches(value, '[{SIGNS}]')",
    cases=(
        ("头孢克洛", True),
        ("肱骨骨折", True),
        ("澶村鍏嬫礇", False),
        ("楂樿鍘嬬梾", False),
    ),
)
