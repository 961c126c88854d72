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
        self.numbers = {name: _column(answer, name) for name in columns}
        self.rows: dict[int, Numbers] | None = {} if first else None
        if first and answer.num_rows:
            keys = _column(answer, "k0")
            order = np.argsort(keys, kind="stable")
            values, starts = np.unique(keys[order], return_index=True)
            parts = np.split(order, starts[1:])
            self.rows = dict(zip(values.tolist(), parts, strict=True))
        self.labels: list[tuple[list[list[tuple[str, str]]], Numbers]] = []
        for number, group in enumerate(groups, start=first):
            coded = answer[f"k{number}"].combine_chunks().dictionary_encode()
            codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
            known = [*coded.dictionary.to_pylist(), None]
            named = [list(by.labels(group, value)) for value in known]
            self.labels.append((named, codes))

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


def _column(answer: pa.Table, name: str) -> Numbers:
    """Return a column; Arrow's own way to NumPy imports pandas where that is."""
    return np.asarray(np.from_dlpack(answer[name].combine_chunks()), np.int64)
