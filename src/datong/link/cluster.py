"""From pairs to persons: average linkage that respects what is known.

Components of the accepted pairs whose every pair was accepted, and in which no two
verified numbers differ, are persons at once. In the others the pairs that were never
compared are scored too, and clusters are joined by falling average score, as long as
the average reaches the threshold and nothing forbids it: two verified numbers, a human
cannot-link, two birth orders. Components of one size are worked on together, as arrays.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes
from datong.link.graph import components

LARGE = 200  # rows of a component that are clustered together
CERTAIN = 12.0  # bits that one pair may bring to an average
BLOCK = 4_000_000  # numbers in the working array of one batch of components
Scorer = Callable[[Codes, Codes], NDArray[np.float32]]


@dataclass(slots=True)
class Known:
    """What is known for certain of rows: `number` is the code of a verified number.

    `number` is -1 where there is none; `same` and `apart` are human decisions, pairs of
    rows.
    """

    number: Codes
    same: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 2), np.int32))
    apart: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 2), np.int32))


@dataclass(slots=True)
class Clusters:
    """`of` each row its cluster; `blocked` are accepted pairs that were kept apart."""

    of: Codes
    blocked: NDArray[np.int64]


def cluster(
    edges: tuple[Codes, Codes, NDArray[np.float32]],
    known: Known,
    theta: float,
    scorer: Scorer,
) -> Clusters:
    """Join rows into clusters.

    `edges` are accepted pairs (i < j) with their scores, all ≥ `theta`; `scorer` scores
    pairs of rows that were never compared.
    """
    i, j, _ = edges
    rows = len(known.number)
    of = _small_components(edges, known)
    doubtful = _doubtful(of, edges, known)
    label = of.astype(np.int64)
    fresh = rows
    for members in _by_size(of, doubtful):
        local = _join(members, known, theta, scorer)
        label[members.ravel()] = (
            fresh + np.arange(len(members))[:, None] * members.shape[1] + local
        ).ravel()
        fresh += members.size
    _, final = np.unique(label, return_inverse=True)
    blocked = np.flatnonzero(final[i] != final[j])
    return Clusters(final.astype(np.int32), blocked)


def _small_components(
    edges: tuple[Codes, Codes, NDArray[np.float32]], known: Known
) -> Codes:
    """Return components of at most LARGE rows.

    A larger one is a chain through weak pairs: its weakest pairs are left out, a bit
    at a time, until it falls apart.
    """
    i, j, bits = edges
    rows = len(known.number)
    keep = np.ones(len(i), np.bool_)
    least = float(bits.min(initial=0))
    while True:
        linked = np.concatenate([np.stack([i[keep], j[keep]], 1), known.same])
        of = components(linked.astype(np.int32), rows)
        large = (np.bincount(of, minlength=1) > LARGE)[of]
        least += 1
        weak = large[i] & keep & (bits < least)
        if not large.any() or not (keep & large[i]).any():
            return of
        keep &= ~weak


def _doubtful(
    of: Codes, edges: tuple[Codes, Codes, NDArray[np.float32]], known: Known
) -> NDArray[np.bool_]:
    """Say which components need a closer look."""
    count = int(of.max(initial=-1)) + 1
    size = np.bincount(of, minlength=count).astype(np.int64)
    accepted = np.bincount(of[edges[0]], minlength=count)
    doubtful = (accepted < size * (size - 1) // 2) & (size > 2)
    held = known.number >= 0
    pairs = np.unique(of[held].astype(np.int64) << 32 | known.number[held])
    doubtful |= np.bincount(pairs >> 32, minlength=count) > 1
    for pair in (known.apart, known.same):
        doubtful[of[pair.ravel()]] = True
    return doubtful & (size > 1)


def _by_size(of: Codes, doubtful: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Batch the rows [components, size] of doubtful components of one size.

    Rows stand in their order inside a component: that order decides ties.
    """
    rows = np.flatnonzero(doubtful[of])
    rows = rows[np.argsort(of[rows], kind="stable")]
    size = np.bincount(of[rows], minlength=len(doubtful))[of[rows]]
    for one in np.unique(size):
        members = rows[size == one].reshape(-1, one)
        step = max(BLOCK // int(one) ** 2, 1)
        for start in range(0, len(members), step):
            yield members[start : start + step]


def _join(
    members: NDArray[np.int64],
    known: Known,
    theta: float,
    scorer: Scorer,
) -> Codes:
    """Cluster components of one size; return the cluster [components, size] of rows."""
    count, size = members.shape
    total = _scores(members, scorer)
    holds, apart = _forbidden(members, known)
    weight = np.ones((count, size))
    label = np.tile(np.arange(size, dtype=np.int32), (count, 1))
    _join_known(members, known, (total, holds, apart, weight, label))
    active = np.arange(count)
    for _ in range(size - 1):
        if not len(active):
            break
        a, b, best = _best(total[active], weight[active], holds[active], apart[active])
        good = best >= theta
        active, a, b = active[good], a[good], b[good]
        merge(active, a, b, (total, holds, apart, weight, label))
    return label


Working = tuple[
    NDArray[np.float32],
    NDArray[np.bool_],
    NDArray[np.bool_],
    NDArray[np.float64],
    Codes,
]


def merge(at: NDArray[np.int64], a: Codes, b: Codes, working: Working) -> None:
    """Fold cluster b into a, in the components `at`."""
    total, holds, apart, weight, label = working
    row = total[at, a] + total[at, b]
    total[at, a], total[at, :, a] = row, row
    total[at, a, a] = 0
    holds[at, a] |= holds[at, b]
    both = apart[at, a] | apart[at, b]
    apart[at, a], apart[at, :, a] = both, both
    weight[at, a] += weight[at, b]
    weight[at, b] = 0
    moved = label[at]
    label[at] = np.where(moved == b[:, None], a[:, None], moved)


def _best(
    total: NDArray[np.float32],
    weight: NDArray[np.float64],
    holds: NDArray[np.bool_],
    apart: NDArray[np.bool_],
) -> tuple[Codes, Codes, NDArray[np.float64]]:
    """Return the best two clusters of each component and their average score."""
    size = total.shape[1]
    pairs = weight[:, :, None] * weight[:, None, :]
    average = np.divide(
        total, pairs, where=pairs > 0, out=np.full(pairs.shape, -np.inf)
    )
    some = np.logical_or.reduce(holds, axis=2)
    one = holds.astype(np.float32)
    common = np.greater(np.matmul(one, one.transpose(0, 2, 1)), 0)
    differ = some[:, :, None] & some[:, None, :] & ~common
    average[differ | apart] = -np.inf
    average[:, np.tri(size, dtype=np.bool_)] = -np.inf
    # A thousandth of a bit is no difference: the order of rows decides then.
    at = np.round(average.reshape(len(total), -1), 3).argmax(1)
    best = average.reshape(len(total), -1)[np.arange(len(total)), at]
    return (at // size).astype(np.int32), (at % size).astype(np.int32), best


def _scores(members: NDArray[np.int64], scorer: Scorer) -> NDArray[np.float32]:
    """Score all pairs inside components [components, size, size], at most CERTAIN."""
    count, size = members.shape
    x, y = np.triu_indices(size, 1)
    i, j = members[:, x].ravel(), members[:, y].ravel()
    bits = np.minimum(scorer(np.minimum(i, j), np.maximum(i, j)), CERTAIN)
    total = np.zeros((count, size, size), np.float32)
    total[:, x, y] = bits.reshape(count, -1)
    total[:, y, x] = total[:, x, y]
    return total


def _forbidden(
    members: NDArray[np.int64], known: Known
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows hold which verified number, and which may never meet."""
    number = known.number[members]
    count, size = number.shape
    alike = np.equal(number[:, :, None], number[:, None, :])
    holds = alike & np.greater_equal(number, 0)[:, None, :]
    # One column for each number: the first row that holds it stands for it.
    first = np.logical_or.reduce(np.tril(alike, -1), axis=2)
    holds &= ~first[:, None, :]
    apart = np.zeros((count, size, size), np.bool_)
    for a, b in _inside(members, known.apart):
        apart[a[0], a[1], b[1]] = apart[a[0], b[1], a[1]] = True
    return holds, apart


def _inside(
    members: NDArray[np.int64], pairs: NDArray[np.int32]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Find the human decisions whose two rows are in one of the components."""
    if not len(pairs):
        return
    touched = np.isin(members, pairs)
    at = {int(members[c, k]): (int(c), int(k)) for c, k in np.argwhere(touched)}
    for one, two in pairs.tolist():
        if one in at and two in at and at[one][0] == at[two][0]:
            yield at[one], at[two]


def _join_known(members: NDArray[np.int64], known: Known, working: Working) -> None:
    """Join what people said is one person, before anything else."""
    label = working[-1]
    for (component, x), (_, y) in _inside(members, known.same):
        a, b = sorted((int(label[component, x]), int(label[component, y])))
        if a != b:
            one = np.array([component])
            merge(one, np.array([a], np.int32), np.array([b], np.int32), working)
