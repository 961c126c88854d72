"""What a person should look at: pairs of persons that the scores leave open."""

import numpy as np
from numpy.typing import NDArray

from datong.core.decision import Decision, Effect
from datong.core.language import spoken
from datong.link.calibrate import probability
from datong.link.explain import why
from datong.link.linkage import Run

BAND = 2.0  # bits below the threshold that are still worth a look


def queue(run: Run, most: int = 100) -> list[Decision]:
    """Return the pairs of persons to be looked at, the most doubtful first.

    A pair of persons is here once, by its best pair of records: one that reached the
    threshold but was kept apart (two verified numbers, other records against it), or
    one that nearly reached it. Its effect is told before it is taken.
    """
    at, pairs = _open(run)
    doubt = -np.abs(probability(run.bits[at]) - 0.5)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -doubt))[:most]
    size = np.bincount(run.person)
    return [_task(run, int(at[k]), pairs[k], size) for k in order]


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
    run: Run, pair: int, persons: NDArray[np.int64], size: NDArray[np.int64]
) -> Decision:
    """Write the card of one pair of persons."""
    rows = (int(run.blocks.i[pair]), int(run.blocks.j[pair]))
    a, b = (int(np.flatnonzero(run.table.row_of == row)[0]) for row in rows)
    found = why(run, a, b)
    language = spoken()
    lines = [f"{step.bits:+.1f} {step.what.in_(language)}" for step in found.steps]
    return Decision(
        room="link",
        subject=f"{persons[0]}+{persons[1]}",
        proposal={"deed": "must_link", "records": (a, b)},
        evidence=(*lines, found.decision.in_(language)),
        effect=Effect(rows=int(size[persons].sum()), persons=2),
    )
