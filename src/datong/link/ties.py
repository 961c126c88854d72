"""Columns that tell each other: what strangers share because they share something else.

Who has one given name mostly has one sex, who has one postcode one town. Counted as if
they were independent, such columns make strangers look like one person. So each column
may hang on a rarer one (a tree of dependences, Chow and Liu 1968): among strangers who
agree there, its levels have shares of their own, seen in pairs drawn from equal values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes
from datong.link.block import runs
from datong.link.columns.column import EQUAL, Column
from datong.link.pattern import compare
from datong.link.table import Table

Shares = NDArray[np.float64]
_ROWS = 400_000  # source rows that pairs are drawn from
_DRAWN = 20_000  # pairs that agree in one column
_STRANGERS = 0.5  # least part of these that must be strangers' to learn from them
_DOUBT = 2.0  # times as many may be no strangers' as is known so far
_TIED = 0.5  # bits by which agreement must be likelier than without the other column
_PRIOR = 20.0  # pairs that the shares without the other column weigh


@dataclass(slots=True)
class Tie:
    """A column whose agreement another one tells: counts of levels where that agrees.

    `shares` are those of its levels among strangers who agree in `parent`.
    """

    column: int
    parent: int
    counts: Shares
    shares: Shares

    def left(self, alone: Shares) -> float:
        """Return the part of what agreement tells that the parent has not told."""
        told, all_bits = np.log2(self.shares[EQUAL]), np.log2(alone[EQUAL])
        return float(np.clip(told / min(all_bits, -1e-9), 0, 1))

    def learn(self, alone: Shares, apart: Sequence[tuple[float, Shares]]) -> None:
        """Learn the shares anew, without the pairs that are no strangers'.

        `alone` are the strangers' shares of the column, `apart` how large a part of the
        pairs is of another class, and the shares of that class.
        """
        seen = self.counts[1:] / max(self.counts[1:].sum(), 1.0)
        rest = seen - sum(part * share[1:] for part, share in apart)
        weight = self.counts[1:].sum() * max(1 - sum(p for p, _ in apart), 0)
        part = np.maximum(rest, 0) / max(float(np.maximum(rest, 0).sum()), 1e-12)
        mixed = (part * weight + _PRIOR * alone[1:]) / (weight + _PRIOR)
        self.shares = np.concatenate([[1.0], mixed / mixed.sum()])


def find_ties(
    table: Table, alone: Sequence[Shares], apart: Sequence[Sequence[float]]
) -> dict[int, Tie]:
    """Find for each column the rarer one that tells most of it, if any does.

    `alone` are the strangers' shares of each column; `apart` which parts of the pairs
    that agree in it are known to be no strangers'.
    """
    found: dict[int, tuple[float, Tie]] = {}
    for parent, parts in enumerate(apart):
        other = _DOUBT * sum(parts)
        if other > 1 - _STRANGERS:
            continue
        drawn = _agreeing(table, table.columns[parent])
        if drawn is None:
            continue
        levels = compare(table, *drawn)
        for k, column in enumerate(table.columns):
            if k == parent or alone[k][EQUAL] <= alone[parent][EQUAL]:
                continue
            counts = np.bincount(levels[:, k], minlength=column.levels).astype(float)
            tie = Tie(k, parent, counts, alone[k])
            tie.learn(alone[k], [(other, _all_equal(column))])
            more = float(np.log2(tie.shares[EQUAL] / alone[k][EQUAL]))
            if more >= max(_TIED, found[k][0] if k in found else 0):
                found[k] = more, tie
    return {k: tie for k, (_, tie) in found.items()}


def _all_equal(column: Column) -> Shares:
    """Return the shares of those who agree in everything."""
    share = np.zeros(column.levels)
    share[:2] = 1
    return share


def _agreeing(table: Table, column: Column) -> tuple[Codes, Codes] | None:
    """Draw pairs of source rows with equal values in a column; none if none agree."""
    random = np.random.default_rng(20190703)
    some = int(np.searchsorted(np.cumsum(table.count), _ROWS, side="right"))
    rows = np.repeat(np.arange(some, dtype=np.int32), table.count[:some])
    rows = rows[column.codes[rows] >= 0]
    rows = rows[np.argsort(column.codes[rows], kind="stable")]
    start, size = runs(column.codes[rows].astype(np.uint64))
    ends = np.cumsum(size * (size - 1))
    if not len(ends) or not ends[-1]:
        return None
    run = np.searchsorted(ends, random.integers(0, ends[-1], _DRAWN), side="right")
    first = random.integers(0, size[run])
    other = (first + random.integers(1, size[run])) % size[run]
    return rows[start[run] + first], rows[start[run] + other]
