"""A phrase in pieces: short runs of its units, weighted by how rare they are.

A unit is a Chinese character or a word in letters or digits; pieces are runs of one to
three units, and the trigrams of longer words, so that one scheme serves both languages.
Punctuation ends a run.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

UNIT = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+(?:\.\d+)?|[^\W_]")
RUN = re.compile(r"(?:[^\W_]|[\s'-]|(?<=\d)\.(?=\d))+")
LONGEST = 3


def units(text: str) -> list[str]:
    """Return the units of a folded phrase.

    >>> units("右肺癌 stage 2b")
    ['右', '肺', '癌', 'stage', '2', 'b']
    """
    return [_stem(unit) for unit in UNIT.findall(text)]


def pieces(text: str) -> set[str]:
    """Return the distinct pieces of a folded phrase."""
    found: set[str] = set()
    for run in RUN.findall(text):
        parts = units(run)
        count = len(parts)
        found.update(parts)
        found.update(parts[i] + " " + parts[i + 1] for i in range(count - 1))
        found.update(" ".join(parts[i : i + LONGEST]) for i in range(count - 2))
        for part in parts:
            if len(part) > 3:
                edged = f"<{part}>"
                found.update(edged[i : i + 3] for i in range(len(edged) - 2))
    return found


def _stem(unit: str) -> str:
    """Take the plural off an English word."""
    if len(unit) < 4 or unit.endswith(("ss", "us", "is")) or not unit.endswith("s"):
        return unit
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit[:-1]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces that are known, and the weight of each.

    `weight` is the smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1
    (Sparck Jones 1972), float32.
    """

    place: dict[str, int]
    weight: np.ndarray

    @classmethod
    def of(cls, texts: Iterable[set[str]]) -> "Vocabulary":
        """Count the pieces of texts that stand for the language."""
        counts: dict[str, int] = {}
        number = 0
        for number, text in enumerate(texts, start=1):  # noqa: B007 - the last is used
            for piece in text:
                counts[piece] = counts.get(piece, 0) + 1
        # Sorted, because the order of a set differs from process to process.
        place = {piece: index for index, piece in enumerate(sorted(counts))}
        seen = np.fromiter((counts[piece] for piece in place), np.float64, len(place))
        weight = np.log((1 + number) / (1 + seen)) + 1
        return cls(place, weight.astype(np.float32))

    def rows(self, texts: Sequence[set[str]]) -> sparse.csr_matrix:
        """Mark the known pieces of each text: texts x pieces, float32 ones."""
        place = self.place
        found = [[place[p] for p in text if p in place] for text in texts]
        ends = np.cumsum([0, *(len(row) for row in found)], dtype=np.int64)
        columns = np.fromiter((c for row in found for c in row), np.int32, ends[-1])
        ones = np.ones(len(columns), np.float32)
        shape = (len(found), len(place))
        matrix = sparse.csr_matrix((ones, columns, ends), shape=shape)
        matrix.sort_indices()
        return matrix

    def weighted(self, marks: sparse.csr_matrix) -> sparse.csr_matrix:
        """Weigh marked pieces and scale each row to length one."""
        values = marks.data * self.weight[marks.indices]
        rows = np.repeat(np.arange(marks.shape[0]), np.diff(marks.indptr))
        length = np.sqrt(np.bincount(rows, values**2, marks.shape[0]))
        values = values / np.maximum(length, 1e-9)[rows]
        return sparse.csr_matrix(
            (values.astype(np.float32), marks.indices, marks.indptr), marks.shape
        )
