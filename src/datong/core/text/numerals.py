"""One way to write a number: Roman, circled and Chinese numerals become Arabic ones.

A Chinese numeral is folded only where it counts or ranks (第三肋, 二型, 四期), because
三叉神经 and 十二指肠 are names. A Roman numeral is folded only where it stands alone.
Width must have been folded before.
"""

import re

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMANS = {written: str(value) for value, written in enumerate(_ROMAN, start=1)}
_ROMAN_ALONE = re.compile(
    r"(?<![a-z0-9])(viii|vii|vi|v|iii|ii|iv|ix|i|xii|xi|x)([abc]?)(?![a-z0-9'])"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_NUMBER = "[零〇一二两三四五六七八九十百]+"
_RANKS = "型期度级类肋胎次周孔维腔段组个处支根岁月天日年"
_RANKED = re.compile(rf"(?<=第)({_NUMBER})|({_NUMBER})(?=[{_RANKS}])")


def value_of(written: str) -> int:
    """Return the value of a Chinese numeral below 1,000.

    >>> value_of("二十三"), value_of("十二"), value_of("一百零五")
    (23, 12, 105)
    """
    if not re.search("[十百]", written):
        return int("".join(str(_DIGITS[digit]) for digit in written))
    total = digit = 0
    for sign in written:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
    return total + digit


def fold_numerals(text: str) -> str:
    """Write ranks and stages with Arabic numerals.

    >>> fold_numerals("iib期 第三肋 二型 三叉神经")
    '2b期 第3肋 2型 三叉神经'
    """
    text = _ROMAN_ALONE.sub(lambda found: _ROMANS[found[1]] + found[2], text)
    return _RANKED.sub(lambda found: str(value_of(found[0])), text)
