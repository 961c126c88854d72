"""What every compared column has: codes of rows, and arrays of its distinct values."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.core.say import Say
from datong.link.arrays import Codes, Growing, Hashes, Levels, numbers, strings

Arrays: TypeAlias = dict[str, NDArray[Any]]

EQUAL = 1  # the level of equal values in every column; 0 says that one is missing


@dataclass(slots=True)
class Column(ABC):
    """A column of the table: `codes` per row (-1 missing), `arrays` per value.

    `arrays["value"]` is the hash that makes two writings the same value; the other
    arrays are keys for blocking and what `compare` needs. `text` shows one writing of
    each value to people.
    """

    words: ClassVar[tuple[Say, ...]]  # of each level, from 1
    keys: ClassVar[tuple[str, ...]] = ("value",)  # exact first, then looser
    personal: ClassVar[bool] = True  # relatives do not share it
    family_levels: ClassVar[tuple[int, ...]] = ()  # that relatives reach by kinship
    counted: ClassVar[bool] = True  # equal rare values tell more than equal common ones

    name: str
    codes: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    text: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    arrays: Arrays = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)  # learned from the column
    rows: Arrays = field(default_factory=dict)  # facts of a row, not of its value
    _room: Growing = field(default_factory=Growing)
    _base: Hashes | None = None  # the values that were read first, in order
    _later: dict[int, int] = field(default_factory=dict)  # codes of values since

    @abstractmethod
    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Clean distinct texts; return what to show, and arrays with `value`."""

    @abstractmethod
    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different values."""

    def learn(self, raw: pa.Array) -> None:  # noqa: B027 - most columns learn nothing
        """Learn what only the whole column tells, as the order of day and month."""

    @property
    def levels(self) -> int:
        """Count the levels, that of missing values included."""
        return len(self.words) + 1

    def level(self, i: Codes, j: Codes) -> Levels:
        """Return the level of agreement of pairs of rows."""
        a, b = self.codes[i], self.codes[j]
        out = np.zeros(len(a), np.uint8)
        out[(a == b) & (a >= 0)] = EQUAL
        other = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
        if len(other):
            out[other] = self.compare(a[other], b[other])
        return out

    def key(self, name: str, rows: slice | Codes = slice(None)) -> Hashes:
        """Return a blocking key of rows, or several [rows, keys]; 0 is none."""
        held, codes = self.arrays[name], self.codes[rows]
        out = np.zeros((len(codes), *held.shape[1:]), np.uint64)
        known = codes >= 0
        out[known] = held[codes[known]]
        return out

    def read(self, column: pa.ChunkedArray) -> None:
        """Take a column of the table in."""
        coded = strings(column).dictionary_encode()
        raw, where = coded.dictionary, coded.indices
        self.learn(raw)
        places = where.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        text, arrays = self.describe(raw)
        codes, first = _distinct(arrays["value"])
        self.text = text.take(pa.array(first))
        self.arrays = {k: v[first] for k, v in arrays.items()}
        # Place -1, a missing value, is the element behind the last.
        self.codes = np.append(codes, np.int32(-1))[places]
        for fact in self.rows_of(arrays):
            held = arrays[fact]
            self.rows[fact] = np.append(held, held.dtype.type(0))[places]

    def append(self, column: pa.ChunkedArray) -> None:
        """Take more rows in at the end; what was learned of the column stays."""
        coded = strings(column).dictionary_encode()
        _, arrays = self.describe(coded.dictionary)
        codes = self._codes(arrays)
        places = numbers(coded.indices)
        missing = numbers(coded.indices.is_null().cast(pa.int8())) == 1
        new = np.where(missing, -1, codes[places] if len(codes) else -1)
        self.codes = self._room.add("codes", self.codes, new)
        for fact in self.rows_of(arrays):
            held = arrays[fact]
            mine = (
                np.where(missing, held.dtype.type(0), held[places]) if len(held) else 0
            )
            more = np.zeros(len(new), self.rows[fact].dtype) + mine
            self.rows[fact] = self._room.add("row " + fact, self.rows[fact], more)
        if "row_filled" in self.rows:
            none = np.zeros(len(new), np.bool_)
            self.rows["row_filled"] = self._room.add(
                "row row_filled", self.rows["row_filled"], none
            )

    def _codes(self, arrays: Arrays) -> Codes:
        """Return the code of each value; values that are new get the next codes."""
        values, base = arrays["value"], self._base
        if base is None:
            base = self._base = self.arrays["value"]
        at = np.minimum(np.searchsorted(base, values), max(len(base) - 1, 0))
        known = base[at] == values if len(base) else np.zeros(len(values), np.bool_)
        codes = np.where(known, at, -1).astype(np.int32)
        fresh: list[int] = []
        for place in np.flatnonzero(~known & (values != 0)).tolist():
            value = int(values[place])
            if value not in self._later:
                self._later[value] = len(self.arrays["value"]) + len(fresh)
                fresh.append(place)
            codes[place] = self._later[value]
        if fresh:
            for name, held in self.arrays.items():
                self.arrays[name] = self._room.add(name, held, arrays[name][fresh])
        return codes

    def rows_of(self, arrays: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
        """Name the arrays that belong to a row's own writing, not to the value."""
        return tuple(name for name in arrays if name.startswith("row_"))


def _distinct(values: Hashes) -> tuple[Codes, NDArray[np.int64]]:
    """Number equal values alike; return the number of each, and where each stands."""
    found, first, codes = np.unique(values, return_index=True, return_inverse=True)
    if len(found) and found[0] == 0:
        return codes.astype(np.int32) - 1, first[1:]
    return codes.astype(np.int32), first
