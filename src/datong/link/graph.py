"""Graphs of records, on arrays: what hangs together, and by which pairs."""

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes, Flags


def components(linked: NDArray[np.integer], rows: int) -> Codes:
    """Return the connected component of each row, numbered by their first rows.

    `linked` are pairs [n, 2]. Larger roots are hooked to smaller ones and paths are cut
    short, until no pair has two roots (Shiloach and Vishkin 1982).
    """
    root = np.arange(rows, dtype=np.int64)
    i, j = linked[:, 0].astype(np.int64), linked[:, 1].astype(np.int64)
    while len(i):
        np.minimum.at(root, np.maximum(i, j), np.minimum(i, j))
        while not np.array_equal(above := root[root], root):
            root = above
        i, j = root[i], root[j]
        open_ = i != j
        i, j = i[open_], j[open_]
    number = np.cumsum(root == np.arange(rows)) - 1
    of: Codes = number[root].astype(np.int32)
    return of


def strongest_tree(
    linked: NDArray[np.integer], bits: NDArray[np.floating], rows: int
) -> Flags:
    """Say which pairs are the strongest that hold their components together.

    Each component takes its strongest pair to another one, until none is left (Borůvka
    1926); of equal pairs, the first.
    """
    rank = np.empty(len(bits), np.int64)
    rank[np.argsort(-bits, kind="stable")] = np.arange(len(bits))
    at = np.argsort(rank)
    chosen = np.zeros(len(bits), np.bool_)
    of = np.arange(rows, dtype=np.int32)
    while True:
        a, b = of[linked[:, 0]], of[linked[:, 1]]
        across = a != b
        if not across.any():
            return chosen
        best = np.full(rows, len(bits), np.int64)
        np.minimum.at(best, a[across], rank[across])
        np.minimum.at(best, b[across], rank[across])
        chosen[at[np.unique(best[best < len(bits)])]] = True
        of = components(linked[chosen], rows)
