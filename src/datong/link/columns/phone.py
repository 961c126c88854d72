"""Telephone numbers: mobile and landline, one or two in a field."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.say import Say
from datong.link.arrays import (
    Codes,
    Levels,
    differing,
    hash_texts,
    letters,
    matched,
    replaced,
)
from datong.link.columns.column import Arrays, Column

_EMPTY = r"^(1380{8}|13800138000|0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567\d*|.{0,5})$"


class Phone(Column):
    """The first usable number of a field; relatives and wards may share it."""

    words = (
        Say("equal", "相同"),
        Say("one digit or neighbours swapped", "相差一位或相邻两位颠倒"),
        Say("different", "不同"),
    )
    keys = ("value",)
    personal = False
    counted = False

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Write numbers as digits, without the code of China or a leading 0."""
        text = pc.utf8_normalize(raw, "NFKC")
        text = replaced(text, r"[;,、/|，；].*$", "")
        text = replaced(text, r"\.0$|[^\d]+", "")
        text = replaced(text, r"^(0086|86)(1[3-9]\d{9})$", r"\2")
        text = replaced(text, r"^0+", "")
        text = pc.if_else(matched(text, _EMPTY), None, text)
        digits = letters(text, 12)
        return text, {"value": hash_texts(text), "digits": digits}

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different numbers."""
        digits = self.arrays["digits"]
        near = differing(digits[a], digits[b]) == 1
        return np.where(near, 2, 3).astype(np.uint8)
