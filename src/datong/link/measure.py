"""How right a linkage is: pairs and B³, against persons that are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision and recall of pairs, B³ (Bagga and Baldwin 1998), false merges."""

    precision: float
    recall: float
    f1: float
    b3_precision: float
    b3_recall: float
    b3: float
    false_merges_per_1000: float  # false pairs in a thousand joined pairs
    true_pairs: int
    joined_pairs: int
    false_pairs: int


def measure(person: NDArray[np.int64], truth: NDArray[np.int64]) -> Scores:
    """Compare the persons found with the true ones; both number the same records."""
    _, found = np.unique(person, return_inverse=True)
    _, true = np.unique(truth, return_inverse=True)
    both = found.astype(np.int64) * (true.max(initial=0) + 1) + true
    _, first, size = np.unique(both, return_index=True, return_counts=True)
    of_found, of_true = np.bincount(found), np.bincount(true)
    right, joined, wanted = (_pairs(n) for n in (size, of_found, of_true))
    precision, recall = _part(right, joined), _part(right, wanted)
    square = size.astype(float) ** 2 / max(len(person), 1)
    b3_precision = float((square / of_found[found[first]]).sum())
    b3_recall = float((square / of_true[true[first]]).sum())
    return Scores(
        precision,
        recall,
        _harmonic(precision, recall),
        b3_precision,
        b3_recall,
        _harmonic(b3_precision, b3_recall),
        1000 * (1 - precision),
        wanted,
        joined,
        joined - right,
    )


@dataclass(frozen=True, slots=True)
class Touched:
    """How right the pairs are that have a record of one kind."""

    records: int
    precision: float
    recall: float
    true_pairs: int
    joined_pairs: int
    false_pairs: int


def measure_by(
    person: NDArray[np.int64], truth: NDArray[np.int64], kinds: NDArray[np.str_]
) -> dict[str, Touched]:
    """Compare by the kind of record, as a trap: what is left where it is left out.

    `kinds` names that of each record; several stand with spaces between them.
    """
    whole, found = measure(person, truth), {}
    for kind in sorted(set(" ".join(np.unique(kinds).tolist()).split())):
        rest = ~_has(kinds, kind)
        left = measure(person[rest], truth[rest])
        found[kind] = _touched(whole, left, int((~rest).sum()))
    return found


def _has(kinds: NDArray[np.str_], kind: str) -> NDArray[np.bool_]:
    """Say which records are of a kind."""
    found, where = np.unique(kinds, return_inverse=True)
    return np.array([kind in each.split() for each in found.tolist()], np.bool_)[where]


def _touched(whole: Scores, rest: Scores, records: int) -> Touched:
    """Count the pairs of the whole that the rest does not have."""
    joined = whole.joined_pairs - rest.joined_pairs
    wrong = whole.false_pairs - rest.false_pairs
    true = whole.true_pairs - rest.true_pairs
    right = joined - wrong
    return Touched(
        records, _part(right, joined), _part(right, true), true, joined, wrong
    )


def _pairs(size: NDArray[np.int64]) -> int:
    """Count the pairs inside groups."""
    wide = size.astype(np.int64)
    return int((wide * (wide - 1) // 2).sum())


def _part(some: int, whole: int) -> float:
    """Return a share; of nothing, all is right."""
    return some / whole if whole else 1.0


def _harmonic(a: float, b: float) -> float:
    """Return the harmonic mean."""
    return 2 * a * b / (a + b) if a + b else 0.0
