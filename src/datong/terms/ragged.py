"""Columns of lists: many short lists laid end to end, worked on without a loop.

A pair is (question, concept); pairs lie sorted by question, so that the pairs of one
question are one group. All functions take and return NumPy arrays, one value a pair.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Groups:
    """Where each group starts and how long it is."""

    start: Array
    length: Array

    @classmethod
    def of(cls, owner: Array) -> "Groups":
        """Find the groups of a sorted column."""
        if not len(owner):
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))
        start = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        return cls(start, np.diff(np.r_[start, len(owner)]))

    def spread(self, values: Array) -> Array:
        """Give every member the value of its group."""
        return np.repeat(values, self.length)

    def most(self, values: Array) -> Array:
        """Give every member the greatest value in its group."""
        return self.spread(np.maximum.reduceat(values, self.start))

    def total(self, values: Array) -> Array:
        """Give every member the sum of its group."""
        return self.spread(np.add.reduceat(values, self.start))

    def share(self, values: Array) -> Array:
        """Give every member its share in the sum of its group (0 where that is 0)."""
        return values / np.maximum(self.total(values), 1e-9)

    def rank(self, values: Array) -> Array:
        """Rank the members of each group, the greatest first, from 0; ties by place."""
        owner = self.spread(np.arange(len(self.start)))
        order = np.lexsort((-values, owner))
        ranks = np.empty(len(values), np.int64)
        ranks[order] = np.arange(len(values)) - self.spread(self.start)
        return ranks

    def chances(self, values: Array) -> Array:
        """Return the softmax within each group."""
        return self.share(np.exp(values - self.most(values)))


def within(lengths: Array) -> Array:
    """Count 0, 1, 2 ... inside each of consecutive lists of these lengths.

    >>> within(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    whole = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(whole) - np.repeat(ends - lengths, lengths))


def members(matrix: sparse.csr_matrix, rows: Array) -> tuple[Array, Array]:
    """Return, for each asked row, its places in the list and the columns it marks."""
    lengths = np.diff(matrix.indptr)[rows]
    places = np.repeat(matrix.indptr[rows], lengths) + within(lengths)
    return np.repeat(np.arange(len(rows)), lengths), matrix.indices[places]


def products(left: sparse.csr_matrix, right: sparse.csr_matrix) -> tuple[Array, ...]:
    """Pair, row by row, every column marked left with every column marked right.

    Returns (row, left column, right column), each as long as all the products.
    """
    rows = np.repeat(np.arange(left.shape[0]), np.diff(left.indptr))
    times = np.diff(right.indptr)[rows]
    _, other = members(right, rows)
    return np.repeat(rows, times), np.repeat(left.indices, times), other


def only(matrix: sparse.csr_matrix, kept: Array) -> sparse.csr_matrix:
    """Keep the marks of some columns (a flag for each column)."""
    thin = matrix.copy()
    thin.data = thin.data * kept[thin.indices]
    thin.eliminate_zeros()
    return thin
