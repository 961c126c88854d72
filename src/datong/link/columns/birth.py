"""Birth dates and years: equal, one slip apart, one year, or different."""

from datetime import UTC, datetime
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.core.say import Say
from datong.link.arrays import (
    Codes,
    Flags,
    Levels,
    flags,
    matched,
    mix,
    numbers,
    replaced,
)
from datong.link.columns.column import Arrays, Column
from datong.standards.identifiers.resident import is_date

_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_USUAL = r"^\D*(\d{4}\D+\d{1,2}\D+\d{1,2}|\d{1,2}\D+\d{1,2}\D+\d{4}|\d{8})\D*$"
_PLACES = 10 ** np.arange(8)


class BirthDate(Column):
    """A birth date; partial dates know the year, or the year and the month."""

    words: ClassVar[tuple[Say, ...]] = (
        Say("equal", "相同"),
        Say("one slip: a digit, day and month, first of January", "一处笔误"),
        Say("same month, or same day some years apart", "同年同月，或同月同日"),
        Say("same year", "同年"),
        Say("different", "不同"),
    )
    keys: ClassVar[tuple[str, ...]] = ("value", "month", "day", "year")
    family_levels: ClassVar[tuple[int, ...]] = (
        2,
        3,
        4,
        5,
    )  # those who live together are often of one age

    def learn(self, raw: pa.Array) -> None:
        """Learn whether the day or the month comes first where the year is last."""
        self.settings["today"] = int(datetime.now(UTC).strftime("%Y%m%d"))
        parts = _parts(_tidy(raw))
        first, second = parts[:, 0], parts[:, 1]
        last = parts[:, 2] > 31
        day_first = (last & (first > 12)).sum() > (last & (second > 12)).sum()
        self.settings["day_first"] = bool(day_first)

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Read dates in the usual writings as YYYYMMDD; 00 for what is not known."""
        date = self._read(_parts(_tidy(raw)))
        full = (date > 0) & (date % 100 > 0)
        some = (date > 0) & (date // 100 % 100 > 0)
        written = pc.utf8_lpad(pc.cast(pa.array(date), pa.string()), 8, "0")
        return pc.if_else(pa.array(date > 0), written, None), keyed(date, full, some)

    def _read(self, parts: NDArray[np.int64]) -> NDArray[np.int32]:
        """Put day, month and year in order; 0 where there is no real date."""
        a, b, c = parts.T
        first, second = (b, a) if self.settings["day_first"] else (a, b)
        # A month above 12 can only be a day: single writings may differ from the rest.
        turned = (first > 12) & (second <= 12)
        first, second = np.where(turned, second, first), np.where(turned, first, second)
        last = (c * 100 + first) * 100 + second
        date = np.where(a > 31, (a * 100 + b) * 100 + c, np.where(c > 31, last, 0))
        date = date.astype(np.int32)
        holes = np.where(date % 100 == 0, 1, 0) + np.where(
            date // 100 % 100 == 0, 100, 0
        )
        return np.where(is_date(date + holes, self.settings["today"]), date, 0)

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different dates."""
        x, y = self.arrays["date"][a], self.arrays["date"][b]
        out = np.full(len(a), 5, np.uint8)
        year_x, year_y = x // 10000, y // 10000
        day_x, day_y = x % 10000, y % 10000
        vague = (day_x == 101) | (day_y == 101) | (x % 100 == 0) | (y % 100 == 0)
        out[year_x == year_y] = 4
        out[(x // 100 == y // 100) | ((day_x == day_y) & ~vague)] = 3
        crossed = (day_x // 100 == day_y % 100) & (day_x % 100 == day_y // 100)
        digits = sum((x // p % 10 != y // p % 10).astype(np.int8) for p in _PLACES)
        slip = (digits == 1) | ((year_x == year_y) & (crossed | vague))
        decade = (day_x == day_y) & (np.abs(year_x - year_y) == 10) & ~vague
        out[slip | decade | _swapped(x, y)] = 2
        return out


class BirthYear(BirthDate):
    """A year of birth alone."""

    words = (
        Say("equal", "相同"),
        Say("a year apart, or one digit", "相差一年，或相差一位"),
        Say("two or three years apart", "相差两三年"),
        Say("different", "不同"),
    )
    keys = ("value",)
    family_levels = (2, 3, 4)

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Read the year, also out of a whole date."""
        parts = _parts(_tidy(raw))
        year = np.where(parts[:, 0] > 31, parts[:, 0], parts[:, 2]).astype(np.int32)
        year[(year < 1850) | (year > self.settings["today"] // 10000)] = 0
        text = pc.if_else(
            pa.array(year > 0), pc.cast(pa.array(year), pa.string()), None
        )
        return text, {"value": mix(year.astype(np.uint64)), "date": year}

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different years."""
        x, y = self.arrays["date"][a], self.arrays["date"][b]
        gap = np.abs(x - y)
        one = ((x // 10 == y // 10) | (gap % 10 == 0)) & (gap < 100)
        return np.where((gap == 1) | one, 2, np.where(gap <= 3, 3, 4)).astype(np.uint8)


class Sex(Column):
    """Sex, by GB/T 2261.1 or written out in one of several languages."""

    words = (Say("equal", "相同"), Say("different", "不同"))
    family_levels = (1, 2)
    counted = False
    _WORDS: ClassVar[dict[str, str]] = {
        "1": r"^(0?1|m|male|man|boy|男|男性|h|homme|mascul.*|maschio|hombre|м.*)$",
        "2": r"^(0?2|f|female|woman|girl|w|weiblich|女|女性|femme|fem.*|mujer|ж.*)$",
    }

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Read the sex; what is neither is not known."""
        text = pc.utf8_trim_whitespace(pc.utf8_lower(pc.utf8_normalize(raw, "NFKC")))
        number = np.zeros(len(text), np.uint64)
        for code, form in self._WORDS.items():
            number[flags(matched(text, form))] = int(code)
        return text, {"value": mix(number)}

    def compare(self, a: Codes, b: Codes) -> Levels:  # noqa: ARG002 - one level is left
        """Return the level of different sexes."""
        return np.full(len(a), 2, np.uint8)


def keyed(
    date: NDArray[np.int32], full: NDArray[np.bool_], some: NDArray[np.bool_]
) -> Arrays:
    """Make the keys of dates: whole, year with month, month with day, year."""
    wide = date.astype(np.uint64)
    none = np.uint64(0)
    return {
        "value": mix(wide),
        "month": mix(np.where(some, wide // np.uint64(100), none)),
        "day": mix(np.where(full, wide % np.uint64(10000), none)),
        "year": mix(wide // np.uint64(10000)),
        "date": date,
    }


def _swapped(x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which dates differ by two neighbouring digits that changed places."""
    found: Flags = np.zeros(len(x), np.bool_)
    for place in _PLACES[:7]:
        high, low = x // (place * 10) % 10, x // place % 10
        found |= x + (low - high) * (place * 10 - place) == y
    found &= x != y
    return found


def _tidy(raw: pa.Array) -> pa.Array:
    """Write months as numbers, and cut times and decimals off."""
    text = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(raw, "NFKC")))
    text = replaced(text, r"[t ]\d{1,2}:.*$|\.0$", "")
    if pc.any(matched(text, "[a-z]{3}")).as_py():
        for number, month in enumerate(_MONTHS, 1):
            text = replaced(text, rf"\b{month}[a-z]*\.?", f" {number} ")
        # A month that stands first was written by name, so the day follows it.
    return text


def _parts(text: pa.Array) -> NDArray[np.int64]:
    """Split dates into three numbers [dates, 3], 0 where a part is missing."""
    digits = replaced(text, r"\D", "")
    # Eight digits are a date also where a slip of the hand stands among them.
    usual = matched(text, _USUAL)
    eight = matched(digits, r"^(18|19|20)\d{6}$")
    text = pc.if_else(pc.and_(eight, pc.invert(usual)), digits, text)
    solid = replaced(text, r"^(18|19|20)(\d\d)(\d\d)(\d\d)$", r"\1\2-\3-\4")
    solid = replaced(solid, r"^(\d\d)(\d\d)((?:18|19|20)\d\d)$", r"\1-\2-\3")
    form = r"^\D*(?P<a>\d{1,4})(?:\D+(?P<b>\d{1,4}))?(?:\D+(?P<c>\d{1,4}))?\D*$"
    found = pc.extract_regex(solid, form)
    columns = []
    for name in "abc":
        part = pc.struct_field(found, name)
        digits = pc.if_else(pc.equal(part, ""), "0", part).fill_null("0")
        columns.append(numbers(pc.cast(digits, pa.int64())))
    return np.stack(columns, 1) if len(text) else np.zeros((0, 3), np.int64)
