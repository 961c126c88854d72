"""The pattern table: how often each combination of levels occurs among the pairs.

Millions of pairs have a few thousand patterns, so whatever is learned from patterns
costs next to nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datong.core.reason import Trouble
from datong.link.arrays import Codes, Levels
from datong.link.columns.birth import BirthDate
from datong.link.columns.identity import Identity
from datong.link.columns.word import Given, Surname, changed_places
from datong.link.reasons import TOO_WIDE
from datong.link.table import Table

SIMILAR = 3  # the last level of names that are alike
CHUNK = 1_000_000  # pairs that are compared at once
_DENSE = 1 << 23  # combinations of levels up to which a table of all of them is held


@dataclass(slots=True)
class Patterns:
    """`levels` [patterns, columns], their weighted `count`, and `of` each pair."""

    levels: Levels
    count: NDArray[np.float64]
    of: NDArray[np.int32]


def compare(table: Table, i: Codes, j: Codes) -> Levels:
    """Return the levels [pairs, columns] of pairs of rows."""
    out = np.empty((len(i), len(table.columns)), np.uint8)
    for k, column in enumerate(table.columns):
        out[:, k] = column.level(i, j)
    _count_once(table, i, j, out)
    _cross(table, i, j, out)
    return out


def _cross(table: Table, i: Codes, j: Codes, out: Levels) -> None:
    """Know names again that stand in each other's columns: one level for both."""
    of = {type(column): k for k, column in enumerate(table.columns)}
    g, s = of.get(Given), of.get(Surname)
    if g is None or s is None:
        return
    given, surname = table.columns[g], table.columns[s]
    apart = np.flatnonzero((out[:, g] > SIMILAR) & (out[:, s] > SIMILAR))
    if len(apart) and isinstance(given, Given) and isinstance(surname, Surname):
        at = apart[changed_places(given, surname, i[apart], j[apart])]
        out[at, g], out[at, s] = given.levels - 1, 0


def _count_once(table: Table, i: Codes, j: Codes, out: Levels) -> None:
    """Leave a birth date or sex out that was filled in from a number also compared."""
    numbers = [k for k, c in enumerate(table.columns) if isinstance(c, Identity)]
    for k, column in enumerate(table.columns):
        filled = column.rows.get("row_filled")
        if filled is not None and numbers:
            twice = (filled[i] | filled[j]) & (out[:, numbers[0]] > 0)
            out[twice, k] = 0


def find_patterns(table: Table, i: Codes, j: Codes) -> Patterns:
    """Compare all pairs in chunks and number their patterns.

    A pair of distinct rows stands for as many pairs of source rows as they hold.
    """
    radix = np.array([c.levels for c in table.columns], np.uint64)
    if radix.astype(float).prod() >= 2**63:
        raise Trouble(TOO_WIDE, count=len(radix))
    base = np.concatenate([np.ones(1, np.uint64), np.cumprod(radix)[:-1]])
    packed = np.empty(len(i), np.uint64 if radix.prod() >= 2**32 else np.uint32)
    for part in chunks(len(i)):
        levels = compare(table, i[part], j[part])
        packed[part] = levels.astype(np.uint64) @ base
    found: NDArray[Any]
    if len(i) > CHUNK // 4 and radix.astype(float).prod() <= _DENSE:
        found, of = _dense(packed, int(radix.prod()))
    else:
        found, inverse = np.unique(packed, return_inverse=True)
        of = inverse.astype(np.int32)
    count = np.zeros(len(found))
    for part in chunks(len(i)):
        count += np.bincount(of[part], table.weight(i[part], j[part]), len(found))
    wide = found[:, None].astype(np.uint64)
    return Patterns((wide // base % radix).astype(np.uint8), count, of)


def _dense(packed: NDArray[Any], size: int) -> tuple[NDArray[np.uint32], Codes]:
    """Number the combinations that occur, by a table of all of them."""
    seen = np.zeros(size, np.bool_)
    seen[packed] = True
    found = np.flatnonzero(seen).astype(np.uint32)
    number = np.zeros(size, np.int32)
    number[found] = np.arange(len(found), dtype=np.int32)
    return found, number[packed]


def chunks(count: int) -> Iterator[slice]:
    """Cut a number of pairs into slices."""
    for start in range(0, count, CHUNK):
        yield slice(start, min(start + CHUNK, count))


def with_equals(table: Table, patterns: Patterns) -> Patterns:
    """Add the pairs of source rows that are equal in everything, at the end."""
    many = np.flatnonzero(table.count > 1).astype(np.int32)
    found, of = np.unique(compare(table, many, many), axis=0, return_inverse=True)
    c = table.count[many].astype(np.float64)
    count = np.bincount(of.ravel(), c * (c - 1) / 2, len(found))
    levels = np.concatenate([patterns.levels, found])
    return Patterns(levels, np.append(patterns.count, count), patterns.of)


def fill_from_numbers(table: Table) -> None:
    """Fill a missing birth date from a verified number, and mark it as filled."""
    for numbers in table.of(Identity):
        for column in table.of(BirthDate):
            if type(column) is BirthDate:
                _fill_birth(column, numbers)


def _fill_birth(column: BirthDate, numbers: Identity) -> None:
    """Fill the birth dates of one column where the number's date is known there."""
    told = numbers.rows["row_birth"]
    empty = (column.codes < 0) & (told > 0)
    order = np.argsort(column.arrays["date"], kind="stable")
    dates = column.arrays["date"][order]
    at = np.minimum(np.searchsorted(dates, told), max(len(dates) - 1, 0))
    found = empty & (dates[at] == told) if len(dates) else empty & False
    column.codes = np.where(found, order[at], column.codes).astype(np.int32)
    column.rows["row_filled"] = found
