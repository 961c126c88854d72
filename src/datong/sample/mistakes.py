"""What goes wrong: which cells it changes and how, and that it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens
from datong.sample.identity import as_codes, as_text
from datong.sample.picked import Cells, Sheet, changed, plain
from datong.sample.rates import Rates
from datong.sample.words import Column, Table, words

Change: TypeAlias = Callable[[Column, NDArray[np.int64]], Column]


@dataclass
class Mistakes:
    """What was made wrong on purpose, and where: the truth that checks are held to."""

    rng: np.random.Generator
    factor: NDArray[np.float64]  # of each of the six slots
    rates: Rates
    made: list[Table] = field(default_factory=list)

    def befall(self, rate: float, slot: NDArray[np.int64]) -> NDArray[np.int64]:
        """Choose the rows that a mistake befalls."""
        return np.flatnonzero(happens(self.rng, rate * self.factor[slot], len(slot)))

    def note(
        self, name: str, table: Mapping[str, Cells], rows: NDArray[np.int64], was: str
    ) -> None:
        """Remember a mistake: its kind, its rows, what was true."""
        noted = {n: plain(table[n][rows]) for n in ("slot", "table", "key")}
        noted["mistake"] = np.full(len(rows), name)
        true = plain(table[was][rows]).astype(str) if was else np.full(len(rows), "")
        self.made.append(noted | {"true": true})

    def alter(
        self,
        table: Sheet,
        what: tuple[str, str, float],
        able: NDArray[np.bool_],
        change: Change,
    ) -> None:
        """Change a column where a mistake falls; `what` is (name, column, rate)."""
        name, column, rate = what
        rows = self.befall(rate, plain(table["slot"]))
        rows = rows[able[rows]]
        self.note(name, table, rows, column)
        cells = change(plain(table[column][rows]), rows)
        table[column] = changed(table[column], rows, cells)


def filled(text: str) -> Change:
    """Return the change of any cell into one text."""

    def change(old: Column, _: NDArray[np.int64]) -> Column:
        return np.full(len(old), text)

    return change


def first_january(old: Column, _: NDArray[np.int64]) -> Column:
    """Keep the year only."""
    return old.astype("datetime64[Y]").astype("datetime64[D]")


def other_sex(old: Column, _: NDArray[np.int64]) -> Column:
    """Take the one for the other."""
    return np.where(old == "M", "F", "M")


def small_x(old: Column, _: NDArray[np.int64]) -> Column:
    """Write the X small."""
    return np.char.lower(old)


def wrong_digit(old: Column, rows: NDArray[np.int64]) -> Column:
    """Write one digit wrong, somewhere in the birth date or behind it."""
    codes = as_codes(old)
    place = 8 + rows % 9
    every = np.arange(len(codes))
    codes[every, place] = (codes[every, place] - 48 + 1 + rows % 8) % 10 + 48
    return as_text(codes)


def swapped(old: Column, rows: NDArray[np.int64]) -> Column:
    """Swap two neighbours."""
    codes = as_codes(old)
    place, every = 8 + rows % 8, np.arange(len(codes))
    codes[every, place], codes[every, place + 1] = (
        codes[every, place + 1].copy(),
        codes[every, place].copy(),
    )
    return as_text(codes)


def fifteen(old: Column, _: NDArray[np.int64]) -> Column:
    """Write the old number: no century, no check digit."""
    codes = as_codes(old)
    return as_text(np.hstack([codes[:, :6], codes[:, 8:17]]))


def homophone(old: Column, rows: NDArray[np.int64]) -> Column:
    """Write the surname or a given character as one that sounds alike."""
    codes, alike = as_codes(old), np.arange(0x10000)
    for name in ("surnames", "given"):
        table = words(name)
        for sign, other in zip(table["name"], table["homophone"], strict=True):
            if len(sign) == 1 and other:
                alike[ord(sign)] = ord(other)
    last = np.maximum((codes > 0).sum(axis=1) - 1, 0)
    place, every = np.where(rows % 3 == 0, 0, last), np.arange(len(codes))
    codes[every, place] = alike[codes[every, place]]
    return as_text(codes)


def spaced(old: Column, _: NDArray[np.int64]) -> Column:
    """Put a space behind the first character."""
    codes = as_codes(old)
    space = np.full((len(codes), 1), 32)
    return as_text(np.hstack([codes[:, :1], space, codes[:, 1:]]))


def day_month(old: Column, _: NDArray[np.int64]) -> Column:
    """Swap day and month where that is a date."""
    month = old.astype("datetime64[M]")
    day = (old - month).astype(np.int64)
    number = month.astype(np.int64) % 12
    able = day < 12
    swapped = old.astype("datetime64[Y]").astype("datetime64[M]") + np.where(
        able, day, 0
    )
    return np.where(able, swapped.astype("datetime64[D]") + number, old)


def never(old: Column, _: NDArray[np.int64]) -> Column:
    """Leave out a time."""
    return np.full(len(old), "NaT", dtype="datetime64[s]")


def early(old: Column, _: NDArray[np.int64]) -> Column:
    """Put an end three months before."""
    return old - 90 * 86_400


def late(old: Column, _: NDArray[np.int64]) -> Column:
    """Let it come forty days later."""
    return old + 40 * 86_400


def full_width(old: Column, _: NDArray[np.int64]) -> Column:
    """Write digits and the point full-width."""
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return np.array([str(value).translate(wide) for value in old], dtype="U12")
