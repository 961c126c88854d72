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
