"""Names written in Chinese characters: equal, of one sound, or one character apart."""

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.core.say import Say
from datong.link.arrays import (
    Codes,
    Flags,
    Levels,
    code_points,
    hash_rows,
    hash_texts,
    matched,
    replaced,
)
from datong.link.columns.column import Arrays, Column
from datong.standards.identifiers import readings

Points: TypeAlias = NDArray[np.uint32]
WIDTH = 16  # characters of a name that are looked at; minority names are long
UNKNOWN = ord("?")
SOUNDS_LIKE, DIFFERENT = 3, 7  # levels

_NOBODY = (
    r"^(无名氏?|无|不详|未知|未填|佚名|匿名|患者|病人|家属|本人|拒绝.*|测试.*|.*测试|"
    r"test.*|null|none|n/?a|unknown|-+|\.+|\d*)$"
)
# A child that has no name of its own yet is written by its mother's.
_BABY = r"^(.{2,}?)(之|的)(子|女|儿|婴|子女|女婴|男婴)?(大双|小双|[长次]?[子女])?$"
_BABY_ALONE = r"^(bb|baby.*|宝宝|毛毛|婴儿|新生儿|.*(之[子女婴]|之[大小]双)\d?)$"


def tidy(raw: pa.Array) -> pa.Array:
    """Write names one way: width, separators, titles and suffixes; nobody is null."""
    text = pc.utf8_lower(pc.utf8_normalize(raw, "NFKC"))
    steps = (
        (r"[\s\x{200B}-\x{200F}\x{2060}\x{FEFF}·•․．.・‧●∙⋅᛫'’‘`-]+", ""),
        (r"[(\[（【].*$", ""),
        (r"[□*〓？\x{FFFD}\x{E000}-\x{F8FF}]", "?"),
        (r"(先生|女士|小姐|同志)$", ""),
        (r"(.)\d{1,2}$", r"\1"),
    )
    for pattern, new in steps:
        text = replaced(text, pattern, new)
    nobody = matched(text, _NOBODY)
    return pc.if_else(nobody, None, text)


class ChineseName(Column):
    """A full name in Chinese characters, other scripts allowed among them."""

    words = (
        Say("equal", "相同"),
        Say("same pinyin", "拼音相同"),
        Say("similar sound", "读音相近"),
        Say("a character missing, swapped or unreadable", "缺字、颠倒或有字无法辨认"),
        Say("one character differs", "相差一字"),
        Say("same surname", "同姓"),
        Say("different", "不同"),
    )
    keys = ("value", "sound", "surname")
    family_levels = (4, 5, 6, 7)

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Clean names and read their sounds."""
        text = tidy(raw)
        baby = matched(text, _BABY_ALONE)
        named = pc.if_else(baby, None, text)
        points = readings.simplified(code_points(named, WIDTH))
        first, second = readings.sounds(points)
        fuzzy = readings.fuzzy(first)
        arrays: Arrays = {
            "value": hash_rows(points),
            "exact": hash_rows(first),
            "sound": hash_rows(fuzzy),
            "surname": hash_rows(fuzzy[:, :1]),
            "points": points,
            "first": first,
            "second": second,
            "size": (points != 0).sum(1).astype(np.uint8),
            "row_mother": hash_texts(pc.if_else(baby, text, None)),
        }
        return named, arrays

    def level(self, i: Codes, j: Codes) -> Levels:
        """Return the level of pairs of rows; two newborns go by how they are written.

        Those of two mothers, and the first and second of twins, are different.
        """
        out = super().level(i, j)
        one, two = self.rows["row_mother"][i], self.rows["row_mother"][j]
        both = (one != 0) & (two != 0)
        out[both] = np.where(one[both] == two[both], SOUNDS_LIKE, DIFFERENT)
        return out

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different names."""
        out = np.full(len(a), 7, np.uint8)
        sizes = self.arrays["size"]
        short = (sizes[a] <= 4) & (sizes[b] <= 4)
        for part, width in ((short, 4), (~short, WIDTH)):
            at = np.flatnonzero(part)
            if len(at):
                out[at] = self._levels(a[at], b[at], width)
        held = self.arrays
        out[(held["sound"][a] == held["sound"][b]) & (out > 3)] = 3
        out[(held["exact"][a] == held["exact"][b]) & (out > 2)] = 2
        return out

    def _levels(self, a: Codes, b: Codes, width: int) -> Levels:
        """Compare the first characters of pairs of names."""
        held = self.arrays
        x, y = held["points"][a, :width], held["points"][b, :width]
        differs = x != y
        count, size_a, size_b = differs.sum(1), held["size"][a], held["size"][b]
        out = np.full(len(a), 7, np.uint8)
        out[held["surname"][a] == held["surname"][b]] = 6
        same_size = size_a == size_b
        out[same_size & (count == 1) & (size_a > 1)] = 5
        unread = differs & ((x == UNKNOWN) | (y == UNKNOWN))
        out[same_size & (count > 0) & (unread.sum(1) == count) & (count < size_a)] = 4
        swapped = np.flatnonzero(same_size & (count > 1))
        ordered = np.sort(x[swapped], 1) == np.sort(y[swapped], 1)
        out[swapped[ordered.all(1)]] = 4
        longer = np.flatnonzero(~same_size)
        out[longer[_missing(x[longer], y[longer])]] = 4
        self._other_readings(out, a, b, width)
        return out

    def _other_readings(self, out: Levels, a: Codes, b: Codes, width: int) -> None:
        """Raise pairs that sound alike in another reading of a character."""
        at = np.flatnonzero(out == 5)
        held = self.arrays
        a1, a2 = held["first"][a[at], :width], held["second"][a[at], :width]
        b1, b2 = held["first"][b[at], :width], held["second"][b[at], :width]
        alike = (a1 == b1) | (a1 == b2) | (a2 == b1)
        out[at[alike.all(1)]] = 2


def _missing(x: Points, y: Points) -> Flags:
    """Say which pairs become equal when one character, or a whole ending, is left out.

    An ending counts from the third character on: long names are often cut.
    """
    size_x, size_y = (x != 0).sum(1), (y != 0).sum(1)
    shorter, gap = np.minimum(size_x, size_y), np.abs(size_x - size_y)
    head = np.cumprod(x == y, 1).sum(1)
    turned = [_right(side, size) for side, size in ((x, size_x), (y, size_y))]
    tail = np.cumprod(turned[0] == turned[1], 1).sum(1)
    one: Flags = np.zeros(len(x), np.bool_)
    one |= (gap == 1) & (head + tail >= shorter) & (shorter > 1)
    one |= (head >= shorter) & (shorter >= 3)
    return one


def _right(side: Points, size: NDArray[np.int64]) -> Points:
    """Write each row from its last character to its first."""
    place = size[:, None] - 1 - np.arange(side.shape[1])
    turned = np.take_along_axis(side, np.maximum(place, 0), 1)
    return np.where(place >= 0, turned, 0)
