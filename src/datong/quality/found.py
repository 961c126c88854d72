"""The answer of a query that counts by a key, by groups, or by both."""

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NONE: Numbers = np.zeros(0, np.int64)  # no rows


class Found:
    """A row for each key and combination of groups, a column for each count."""

    def __init__(
        self, answer: pa.Table, columns: Collection[str], groups: Sequence[str]
    ) -> None:
        """Number the labels of each group once; a key stands before the groups."""
        first = answer.num_columns - len(columns) - len(groups)
        self.numbers = {name: _column(answer, name) for name in columns}
        self.rows: dict[int, Numbers] | None = {} if first else None
        if first and answer.num_rows:
            keys = _column(answer, "k0")
            order = np.argsort(keys, kind="stable")
            values, starts = np.unique(keys[order], return_index=True)
            parts = np.split(order, starts[1:])
            self.rows = dict(zip(values.tolist(), parts, strict=True))
        self.labels = {}
        for number, group in enumerate(groups, start=first):
            coded = answer[f"k{number}"].combine_chunks().dictionary_encode()
            codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
            self.labels[group] = [*coded.dictionary.to_pylist(), None], codes

    def total(self, column: str, value: int) -> int:
        """Return the count of a column over all rows of a value of the key."""
        return int(self._of(column, value)[1].sum())

    def split(self, column: str, value: int) -> dict[str, dict[object, int]]:
        """Sum a count by the labels of each group; labels without any are left out."""
        parts: dict[str, dict[object, int]] = {}
        rows, numbers = self._of(column, value)
        for group, (labels, codes) in self.labels.items():
            sums = np.bincount(codes[rows], weights=numbers, minlength=len(labels))
            parts[group] = {labels[n]: int(sums[n]) for n in np.flatnonzero(sums)}
        return parts

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
