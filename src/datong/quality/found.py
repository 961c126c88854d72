"""The answer of a query that counts by a key, by groups, or by both."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.quality.groups import Parts, Splitting

Numbers = NDArray[np.int64]
NONE: Numbers = np.zeros(0, np.int64)  # no rows


class Found:
    """A row for each key and combination of groups, a column for each count."""

    def __init__(
        self,
        answer: pa.Table,
        columns: Collection[str],
        groups: Sequence[str],
        by: Splitting,
    ) -> None:
        """Name the labels of each group once; a key stands before the groups."""
        first = answer.num_columns - len(columns) - len(groups)
        self.numbers = {name: numbers(answer[name]) for name in columns}
        self.rows: dict[int, Numbers] | None = {} if first else None
        if first and answer.num_rows:
            keys = numbers(answer["k0"])
            order = np.argsort(keys, kind="stable")
            values, starts = np.unique(keys[order], return_index=True)
            parts = np.split(order, starts[1:])
            self.rows = dict(zip(values.tolist(), parts, strict=True))
        self.labels: list[tuple[list[list[tuple[str, str]]], Numbers]] = []
        for number, group in enumerate(groups if answer.num_rows else (), start=first):
            column = answer[f"k{number}"].combine_chunks()
            coded = column.dictionary_encode(null_encoding="encode")
            known = coded.dictionary.to_pylist()
            named = [list(by.labels(group, value)) for value in known]
            self.labels.append((named, np.asarray(np.from_dlpack(coded.indices))))

    def total(self, column: str, value: int) -> int:
        """Return the count of a column over all rows of a value of the key."""
        return int(self._of(column, value)[1].sum())

    def split(self, column: str, value: int) -> dict[str, Parts]:
        """Sum a count by the labels of each group; labels without any are left out."""
        parts: dict[str, dict[str, int]] = defaultdict(dict)
        rows, numbers = self._of(column, value)
        for named, codes in self.labels:
            sums = np.bincount(codes[rows], weights=numbers, minlength=len(named))
            some = np.flatnonzero(sums)
            for n, count in zip(some.tolist(), sums[some].tolist(), strict=True):
                for group, label in named[n]:
                    held = parts[group]
                    held[label] = held.get(label, 0) + int(count)
        return dict(parts)

    def _of(self, column: str, value: int) -> tuple[Numbers | slice, Numbers]:
        """Choose the rows of a key's value, and the number in each."""
        numbers = self.numbers[column]
        if self.rows is None:
            return slice(None), numbers
        rows = self.rows.get(value, NONE)
        return rows, numbers[rows]


def numbers(column: pa.ChunkedArray) -> Numbers:
    """Return a column without nulls.

    Arrow's own way to NumPy imports pandas where that is (a second of CPU), and so does
    combining no chunks at all.
    """
    if not len(column):
        return NONE
    return np.asarray(np.from_dlpack(column.combine_chunks()), np.int64)
