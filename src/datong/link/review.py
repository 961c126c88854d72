"""What a person should look at: pairs of persons that the scores leave open."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from datong.core.decision import Decision
from datong.link.calibrate import probability
from datong.link.explain import both, why
from datong.link.judged import ONE, proposed
from datong.link.linkage import Run

BAND = 2.0  # bits below the threshold that are still worth a look
MOST = 100  # pairs of persons that a run asks about


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair of persons that is open: the decision, how likely, and why it is open."""

    decision: Decision
    probability: float
    why: str


def queue(
    run: Run, record: NDArray[np.int64] | None = None, most: int = MOST
) -> list[Doubt]:
    """Return the pairs of persons to be looked at, the most doubtful first.

    A pair of persons is here once, by its best pair of records: one that reached the
    threshold but was kept apart (two verified numbers, other records against it), or
    one that nearly reached it. Its effect is told before it is taken. `record` is the
    number of each source row in the vault, by default its place.
    """
    at, pairs = _open(run)
    doubt = -np.abs(probability(run.bits[at]) - 0.5)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -doubt))[:most]
    size = np.bincount(run.person)
    number = np.arange(len(run.person)) if record is None else record
    return [_task(run, int(at[k]), pairs[k], (size, number)) for k in order]


def _open(run: Run) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the best pair of records of each pair of persons that are open."""
    of = _persons(run)
    one, two = of[run.blocks.i], of[run.blocks.j]
    near = np.flatnonzero((one != two) & (run.bits >= run.theta - BAND))
    pairs = np.sort(np.stack([one[near], two[near]], 1), 1)
    order = np.lexsort((-run.bits[near], pairs[:, 1], pairs[:, 0]))
    near, pairs = near[order], pairs[order]
    first = np.ones(len(pairs), np.bool_)
    first[1:] = (pairs[1:] != pairs[:-1]).any(1)
    return near[first], pairs[first]


def _persons(run: Run) -> NDArray[np.int64]:
    """Return the person of each distinct row."""
    of = np.zeros(run.table.size, np.int64)
    of[run.table.row_of] = run.person
    return of


def _task(
    run: Run,
    pair: int,
    persons: NDArray[np.int64],
    known: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Doubt:
    """Write the card of one pair of persons; it tells no value of a record."""
    size, number = known
    rows = (int(run.blocks.i[pair]), int(run.blocks.j[pair]))
    a, b = (int(np.flatnonzero(run.table.row_of == row)[0]) for row in rows)
    found = why(run, a, b)
    decision = proposed(
        (int(persons[0]), int(persons[1])),
        (int(number[a]), int(number[b])),
        ONE,
        int(size[persons].sum()),
    )
    decision = replace(decision, evidence=found.lines)
    return Doubt(decision, float(probability(run.bits[pair])), both(found.decision))
