"""Which pairs are compared: rows that meet in a small block of some rule.

A rule is a few keys of different columns. Rows are sorted by the hash of a rule's keys;
runs of equal hashes are its blocks. A block above the cap is refined by further columns
and, where nothing refines it, left out and counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes, Hashes, joined
from datong.link.table import Table

CAP = 60  # records of a block that are compared with each other
HELD = 40_000_000  # pairs that may wait until those found twice are folded
Pairs: TypeAlias = tuple[Codes, Codes]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one column, by their names."""

    column: int
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Keys that must all be equal; `finer` are added where a block is too large."""

    keys: tuple[Key, ...]
    finer: tuple[Key, ...] = ()
    cap: int = CAP


@dataclass(slots=True)
class Blocks:
    """The pairs of all rules, each pair once with i < j; and what was left out."""

    i: Codes
    j: Codes
    left_out: int = 0  # records in blocks that stayed too large
    made: list[int] = field(default_factory=list)  # pairs of each rule, before folding


def hashes(table: Table, keys: Sequence[Key], first: int = 0) -> tuple[Hashes, Codes]:
    """Return the hash of the keys of rows from `first`, and the row of each.

    0 is no key.

    A key with several values in a row (the words of a name) gives several hashes.
    """
    rows = np.arange(first, table.size, dtype=np.int32)
    return hashes_of(table, keys, rows, slice(first, None))


def hashes_of(
    table: Table, keys: Sequence[Key], rows: Codes, some: slice | None = None
) -> tuple[Hashes, Codes]:
    """Return the hash of the keys of some rows; `some`: the same, if they are a slice.

    The slice saves a copy where the rows are a whole table.
    """
    asked = rows if some is None else some
    parts = [table.columns[key.column].key(key.name, asked) for key in keys]
    several = [k for k, part in enumerate(parts) if part.ndim == 2]
    if not several:
        return joined(*parts), rows
    width = parts[several[0]].shape[1]
    flat = [
        part.ravel() if part.ndim == 2 else np.repeat(part, width) for part in parts
    ]
    return joined(*flat), np.repeat(rows, width)


def hashes_of_all(
    table: Table, rules: Sequence[Rule], rows: Codes
) -> list[tuple[Hashes, Codes]]:
    """Return what `hashes_of` does for each of several rules; each key is made once.

    Rules of equally many keys are hashed in one go: for a single row the calls, not the
    hashes, are what costs.
    """
    made = {
        key: table.columns[key.column].key(key.name, rows)
        for key in dict.fromkeys(key for rule in rules for key in rule.keys)
    }
    out: list[tuple[Hashes, Codes] | None] = [None] * len(rules)
    alike: dict[int, list[int]] = {}
    for place, rule in enumerate(rules):
        if any(made[key].ndim == 2 for key in rule.keys):
            out[place] = hashes_of(table, rule.keys, rows)
        else:
            alike.setdefault(len(rule.keys), []).append(place)
    for count, places in alike.items():
        parts = [
            np.concatenate([made[rules[place].keys[k]] for place in places])
            for k in range(count)
        ]
        held = joined(*parts).reshape(len(places), len(rows))
        for place, one in zip(places, held, strict=True):
            out[place] = one, rows
    return [one for one in out if one is not None]


def find_pairs(table: Table, rules: Iterable[Rule]) -> Blocks:
    """Compare in blocks: return the pairs of all rules, each once, in their order."""
    found: list[NDArray[np.uint64]] = []
    once = np.zeros(0, np.uint64)
    blocks = Blocks(np.zeros(0, np.int32), np.zeros(0, np.int32))
    for rule in rules:
        before = sum(map(len, found))
        for i, j in _rule_pairs(table, rule, blocks):
            low, high = np.minimum(i, j), np.maximum(i, j)
            found.append(
                low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)
            )
        blocks.made.append(sum(map(len, found)) - before)
        if sum(map(len, found)) > HELD:
            found = [_once(found)]
    if found:
        once = _once(found)
    blocks.i = (once >> np.uint64(32)).astype(np.int32)
    blocks.j = (once & np.uint64(0xFFFFFFFF)).astype(np.int32)
    return blocks


def _once(found: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Sort packed pairs and keep each once; a row is no pair with itself."""
    packed = np.concatenate(found)
    found.clear()
    packed.sort()
    keep = np.empty(len(packed), np.bool_)
    keep[:1] = True
    np.not_equal(packed[1:], packed[:-1], out=keep[1:])
    keep &= (packed >> np.uint64(32)) != (packed & np.uint64(0xFFFFFFFF))
    return packed[keep]


def _rule_pairs(table: Table, rule: Rule, blocks: Blocks) -> Iterator[Pairs]:
    """Emit the pairs of a rule; refine what is too large, column by column."""
    held, rows = hashes(table, rule.keys)
    known = held != 0
    held, rows = held[known], rows[known]
    for finer in (*rule.finer, None):
        order = np.argsort(held, kind="stable")
        held, rows = held[order], rows[order]
        start, size = runs(held)
        yield from emit(rows, start, size, rule.cap)
        large = np.repeat(size > rule.cap, size)
        if not large.any():
            return
        if finer is None:
            blocks.left_out += int(large.sum())
            return
        held, rows = held[large], rows[large]
        more = table.columns[finer.column].key(finer.name)[rows]
        held = joined(held, more)
        known = held != 0
        blocks.left_out += int((~known).sum())
        held, rows = held[known], rows[known]


def runs(held: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and length of each run of equal values in a sorted array."""
    if not len(held):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    start = np.flatnonzero(np.concatenate([[True], held[1:] != held[:-1]]))
    return start, np.diff(np.append(start, len(held)))


def emit(
    rows: Codes, start: NDArray[np.int64], size: NDArray[np.int64], cap: int
) -> Iterator[Pairs]:
    """Pair every two rows of each run of 2 to `cap` rows."""
    good = (size >= 2) & (size <= cap)
    start, size = start[good], size[good]
    # Each row of a run, with how many rows follow it there.
    row = np.repeat(start, size) + within(size)
    after = np.repeat(size, size) - within(size) - 1
    for distance in range(1, cap):
        keep = after >= distance
        row, after = row[keep], after[keep]
        if not len(row):
            return
        yield rows[row], rows[row + distance]


def within(size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the rows of each run from 0."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
