"""Person keys that last, whatever becomes of clusters.

A key is the next number, given in the order of the source records, and never derived
from an identifier. When clusters change, a person keeps the key that most of its
records had; a key that nobody keeps is retired and leads to its heirs for ever.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """A key for each cluster, and what became of old keys: (old, heir) pairs."""

    of: Numbers
    retired: NDArray[np.int64]


def keep_keys(cluster: Numbers, before: Numbers, last: int) -> Keys:
    """Give each cluster a key.

    `cluster` numbers the cluster of each record from 0, records in the order of their
    source; `before` is the key that the record had, 0 for a new record; `last` is the
    highest key that was ever given. Overlaps are served by falling count, then by the
    older key; a cluster whose best key is taken falls back to its second best.
    """
    pairs, count = _overlaps(cluster, before)
    order = np.lexsort((pairs[:, 1], -count))
    of = np.zeros(int(cluster.max(initial=-1)) + 1, np.int64)
    taken: set[int] = set()
    simple = _simple(pairs)
    of[pairs[simple, 0]] = pairs[simple, 1]
    for at in order[~simple[order]]:
        new, old = (int(n) for n in pairs[at])
        if of[new] == 0 and old not in taken:
            of[new] = old
            taken.add(old)
    first = np.full(len(of), len(cluster), np.int64)
    np.minimum.at(first, cluster, np.arange(len(cluster)))
    fresh = np.flatnonzero(of == 0)
    of[fresh[np.argsort(first[fresh], kind="stable")]] = (
        last + 1 + np.arange(len(fresh))
    )
    kept = np.isin(pairs[:, 1], of)
    heirs = np.stack([pairs[~kept, 1], of[pairs[~kept, 0]]], 1)
    return Keys(of, heirs[np.lexsort((heirs[:, 1], heirs[:, 0]))])


def _overlaps(cluster: Numbers, before: Numbers) -> tuple[Numbers, Numbers]:
    """Count the records of each pair of a cluster and an old key."""
    old = before > 0
    both = np.stack([cluster[old], before[old]], 1)
    if not len(both):
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    pairs, count = np.unique(both, axis=0, return_counts=True)
    return pairs, count.astype(np.int64)


def _simple(pairs: Numbers) -> NDArray[np.bool_]:
    """Say which overlaps have neither a rival cluster nor a rival key."""
    lonely: NDArray[np.bool_] = np.ones(len(pairs), np.bool_)
    for side in (0, 1):
        _, inverse, count = np.unique(
            pairs[:, side], return_inverse=True, return_counts=True
        )
        lonely &= count[inverse] == 1
    return lonely
