"""The master index that lives: new records against all that are known.

The model, its frequencies and the threshold are frozen; each rule has its keys in
order, with those of later records beside. A new record joins the person whose records
it fits best on average, unless a verified number forbids it; a record that fits two
persons is a bridge, and joining them is a person's decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.link.arrays import Codes, Growing, Hashes, joined
from datong.link.block import Rule, hashes, hashes_of_all, runs, within
from datong.link.columns.identity import Identity
from datong.link.explain import Evidence, why
from datong.link.linkage import Run, scorer, verified
from datong.link.score import Bits
from datong.link.table import Table

_GROWN = ("person", "count", "number")


@dataclass(slots=True)
class Shelf:
    """The keys of one rule, in order; the next shelf holds what is too large here."""

    rule: Rule
    held: Hashes
    rows: Codes
    later: dict[int, list[int]] = field(default_factory=dict)
    finer: "Shelf | None" = None


Bridge: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of new records: their person, and the persons that they also fit."""

    person: NDArray[np.int64]
    fresh: NDArray[np.bool_]  # a person that was not known before
    bridges: tuple[Bridge, ...]  # persons that one record fits both, and its row


class Live:
    """An index of persons that takes records in, in batches or one by one."""

    def __init__(self, run: Run) -> None:
        """Index what a run found; its persons keep their numbers."""
        self._run = run
        self.table, self.model, self.theta = run.table, run.model, run.theta
        self._score = scorer(run.table, run.model)
        self.person = np.zeros(run.table.size, np.int64)
        self.person[run.table.row_of] = run.person
        self.number = verified(run.table)
        self.last = int(run.person.max(initial=-1))
        self._room = Growing()
        self.shelves = [_shelf(run.table, rule) for rule in run.rules]
        order = np.argsort(self.person, kind="stable")
        start, size = runs(self.person[order].astype(np.uint64))
        parts = np.split(order, start[1:])
        self.members = {
            int(self.person[part[0]]): part.tolist() for part in parts if len(size)
        }

    def add(self, records: pa.Table) -> Added:
        """Take records in, with the columns of the run; return their persons."""
        first = self._enter(records)
        i, j = self._candidates(first)
        return self._settle(first, i, j, self._score(j, i))

    def why(self, row: int) -> tuple[Evidence, int] | None:
        """Explain the person of a row by the row that it fits best; also return that.

        A person of one row is held against the best row of all that met it; None where
        none did.
        """
        _, j = self._candidates(row, only=row)
        mine = self.person[j] == self.person[row]
        others = j[mine] if mine.any() else j
        return self._explained(row, others) if len(others) else None

    def why_of(self, row: int, person: int) -> Evidence:
        """Explain a row and a person by the person's row that it fits best."""
        others = [other for other in self.members[person] if other != row]
        return self._explained(row, np.array(others, np.int32))[0]

    def _explained(self, row: int, others: Codes) -> tuple[Evidence, int]:
        """Explain a row and the best of some others."""
        bits = self._score(others, np.full(len(others), row, np.int32))
        other = int(others[bits.argmax()])
        every = np.arange(self.table.size, dtype=np.int32)
        table = replace(self.table, row_of=every)
        run = replace(self._run, table=table, person=self.person)
        return why(run, row, other), other

    def restore(self, records: pa.Table, person: NDArray[np.int64]) -> None:
        """Take records in again whose persons were given before."""
        first = self._enter(records)
        self._candidates(first)
        self.person[first:] = person
        for row, key in enumerate(person.tolist(), first):
            self.members.setdefault(key, []).append(row)
        self.last = max(self.last, int(person.max(initial=-1)))

    def _enter(self, records: pa.Table) -> int:
        """Put records behind the others; return the row of the first."""
        first = self.table.size
        for column in self.table.columns:
            column.append(records[column.name])
        more = len(records)
        for name, what in zip(_GROWN, (-1, 1, -1), strict=True):
            self._grow(name, np.full(more, what, np.int64))
        self.number[first:] = self._verified(first)
        return first

    def find(self, records: pa.Table) -> list[list[tuple[int, float]]]:
        """Score persons for records without keeping the records: (person, bits).

        Best first; the records are taken in and let go again.
        """
        first = self.table.size
        before = self.last
        self.add(records)
        found: list[list[tuple[int, float]]] = []
        for row in range(first, self.table.size):
            i, j = self._candidates(first, only=row)
            best: dict[int, float] = {}
            bits = self._score(j, i)
            for other, one in zip(j.tolist(), bits.tolist(), strict=True):
                if other < first:
                    key = int(self.person[other])
                    best[key] = max(best.get(key, -np.inf), one)
            found.append(sorted(best.items(), key=lambda pair: (-pair[1], pair[0])))
        self._let_go(first, before)
        return found

    def _let_go(self, first: int, before: int) -> None:
        """Take the last rows out again."""
        for row in range(first, self.table.size):
            members = self.members[int(self.person[row])]
            members.remove(row)
            if not members:
                del self.members[int(self.person[row])]
        for column in self.table.columns:
            column.codes = column.codes[:first]
            column.rows = {name: fact[:first] for name, fact in column.rows.items()}
        self.person, self.number = self.person[:first], self.number[:first]
        self.table.count = self.table.count[:first]
        self.last = before
        for shelf in self.shelves:
            for level in _levels(shelf):
                for rows in level.later.values():
                    while rows and rows[-1] >= first:
                        rows.pop()

    def _grow(self, name: str, more: NDArray[np.int64]) -> None:
        """Lengthen an array of the rows."""
        if name == "count":
            self.table.count = self._room.add(name, self.table.count, more)
            return
        held = getattr(self, name)
        setattr(self, name, self._room.add(name, held, more.astype(held.dtype)))

    def _verified(self, first: int) -> Codes:
        """Return the codes of the verified numbers of new rows."""
        for column in self.table.of(Identity):
            if column.settings["resident"]:
                codes = column.codes[first:]
                trusted = column.trusted(first) & (codes >= 0)
                return np.where(trusted, codes, -1).astype(np.int32)
        return np.full(self.table.size - first, -1, np.int32)

    def _candidates(self, first: int, only: int | None = None) -> tuple[Codes, Codes]:
        """Find the rows that meet each new row by some rule; each pair once."""
        new = np.arange(first, self.table.size, dtype=np.int32)
        if only is not None:
            new = new[new == only]
        rules = [shelf.rule for shelf in self.shelves]
        keyed = hashes_of_all(self.table, rules, new)
        found = [np.zeros(0, np.int64)]
        for shelf, (held, rows) in zip(self.shelves, keyed, strict=True):
            found += _meet(self.table, shelf, held, rows, keep=only is None)
        pairs = np.unique(np.concatenate(found))
        i, j = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
        apart = i != j
        return i[apart], j[apart]

    def _settle(self, first: int, i: Codes, j: Codes, bits: Bits) -> Added:
        """Give each new row its person, in order."""
        fits: dict[int, dict[int, float]] = {}
        for row, other, one in zip(i.tolist(), j.tolist(), bits.tolist(), strict=True):
            if other < row:
                fits.setdefault(row, {})[other] = one
        fresh = np.zeros(self.table.size - first, np.bool_)
        bridges: dict[tuple[int, int], Bridge] = {}
        for row in range(first, self.table.size):
            near = self._near(row, fits.get(row, {}))
            fresh[row - first] = not near
            if not near:
                self.last += 1
            person = near[0] if near else self.last
            for other in near[1:]:
                bridges.setdefault((person, other), (person, other, row))
            self.person[row] = person
            self.members.setdefault(person, []).append(row)
        return Added(self.person[first:].copy(), fresh, tuple(bridges.values()))

    def _near(self, row: int, known: dict[int, float]) -> list[int]:
        """Order the persons that a row may join: the best average first.

        `known` are the scores of the row with the rows that it met.
        """
        found = []
        fits = (other for other, bits in known.items() if bits >= self.theta)
        for person in dict.fromkeys(int(self.person[other]) for other in fits):
            members = self.members[person]
            numbers = {int(n) for n in self.number[members] if n >= 0}
            own = int(self.number[row])
            if numbers and own >= 0 and own not in numbers:
                continue
            average = self._average(row, members, known)
            if average >= self.theta:
                found.append((-average, person))
        return [person for _, person in sorted(found)]

    def _average(self, row: int, members: list[int], known: dict[int, float]) -> float:
        """Return the average score of a row with a person's rows."""
        rest = np.array([m for m in members if m not in known], np.int32)
        bits = [min(known[m], 12.0) for m in members if m in known]
        if len(rest):
            scored = self._score(rest, np.full(len(rest), row, np.int32))
            bits += np.minimum(scored, 12.0).tolist()
        return float(np.mean(bits))


def _shelf(table: Table, rule: Rule) -> Shelf:
    """Put the keys of a rule in order; refine what is too large."""
    held, rows = hashes(table, rule.keys)
    return _arranged(table, rule, (held, rows), 0)


def _arranged(
    table: Table, rule: Rule, keyed: tuple[Hashes, Codes], level: int
) -> Shelf:
    """Order keys, and put those of large blocks on a finer shelf."""
    held, rows = keyed
    held, rows = held[held != 0], rows[held != 0]
    order = np.argsort(held, kind="stable")
    held, rows = held[order], rows[order]
    shelf = Shelf(rule, held, rows)
    if level < len(rule.finer):
        _, size = runs(held)
        large = np.repeat(size > rule.cap, size)
        if large.any():
            key = rule.finer[level]
            more = table.columns[key.column].key(key.name)[rows[large]]
            finer = (joined(held[large], more), rows[large])
            shelf.finer = _arranged(table, rule, finer, level + 1)
    return shelf


def _levels(shelf: Shelf) -> Iterator[Shelf]:
    """Walk a shelf and its finer ones."""
    level: Shelf | None = shelf
    while level is not None:
        yield level
        level = level.finer


def _meet(
    table: Table, shelf: Shelf, held: Hashes, rows: Codes, *, keep: bool
) -> Iterator[NDArray[np.int64]]:
    """Yield the pairs of one rule, packed (new row, other row); keep the new keys."""
    known = held != 0
    held, rows = held[known], rows[known]
    for depth, level in enumerate(_levels(shelf)):
        if not len(held):
            return
        left = level.held.searchsorted(held, "left")
        count = level.held.searchsorted(held, "right") - left
        small = count <= shelf.rule.cap
        met = np.flatnonzero(small & (count > 0))
        if len(met):
            yield _spread(level.rows, left[met], count[met], rows[met])
        yield from _among(level, held[small], rows[small], keep=keep)
        held, rows = held[~small], rows[~small]
        if level.finer is not None and len(held):
            key = shelf.rule.finer[depth]
            more = table.columns[key.column].key(key.name, slice(int(rows.min()), None))
            held = joined(held, more[rows - rows.min()])
            held, rows = held[held != 0], rows[held != 0]


def _spread(
    rows: Codes, left: NDArray[np.int64], count: NDArray[np.int64], new: Codes
) -> NDArray[np.int64]:
    """Pair each new row with the rows of its block."""
    at = np.repeat(left, count) + within(count)
    packed: NDArray[np.int64] = np.repeat(new.astype(np.int64) << 32, count) | rows[at]
    return packed


def _among(
    level: Shelf, held: Hashes, rows: Codes, *, keep: bool
) -> Iterator[NDArray[np.int64]]:
    """Pair new rows with the later rows of their block, and keep their keys."""
    pairs: list[int] = []
    for key, row in zip(held.tolist(), rows.tolist(), strict=True):
        others = level.later.setdefault(key, []) if keep else level.later.get(key, [])
        if len(others) <= level.rule.cap:
            pairs += [row << 32 | other for other in others]
        if keep:
            others.append(row)
    if pairs:
        yield np.array(pairs, np.int64)
