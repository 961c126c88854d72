"""An inverted index: the nearest texts of a collection, many questions at once."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from datong.terms.ragged import Array

BLOCK = 512  # questions at once, so that the products stay in the cache


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: question, text of the collection, likeness; questions ascend."""

    question: Array
    text: Array
    likeness: Array

    def without(self, owner: Array) -> "Hits":
        """Leave out each question's own text (`owner`: its place, or -1)."""
        other = owner[self.question] != self.text
        return Hits(self.question[other], self.text[other], self.likeness[other])


class Index:
    """Rows of weighted pieces, turned so that a piece names its texts.

    Pieces in more than a tenth of a big collection (术) say nothing when one searches
    and cost most, so that they are left out here; the ranking still sees them.
    """

    def __init__(self, rows: sparse.csr_matrix, frequent: int = 200) -> None:
        """Turn the rows."""
        seen = np.bincount(rows.indices, minlength=rows.shape[1])
        kept = seen < max(frequent, 0.1 * rows.shape[0])
        turned = (rows @ sparse.diags(kept.astype(np.float32))).T.tocsr()
        turned.eliminate_zeros()
        self.turned = turned

    def search(self, questions: sparse.csr_matrix, number: int) -> Hits:
        """Find up to `number` texts for each question, in no order."""
        found = []
        for start in range(0, questions.shape[0], BLOCK):
            scores = (questions[start : start + BLOCK] @ self.turned).tocsr()
            found.append(_best(scores, number, start))
        if not found:
            none = np.zeros(0, np.int64)
            return Hits(none, none, np.zeros(0, np.float32))
        return Hits(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _best(
    scores: sparse.csr_matrix, number: int, start: int
) -> tuple[Array, Array, Array]:
    """Take the best of each row."""
    picks = []
    for row in range(scores.shape[0]):
        first, last = scores.indptr[row], scores.indptr[row + 1]
        if last - first > number:
            likeness = scores.data[first:last]
            picks.append(first + np.argpartition(-likeness, number)[:number])
        else:
            picks.append(np.arange(first, last))
    lengths = [len(pick) for pick in picks]
    places = np.concatenate(picks) if picks else np.zeros(0, np.int64)
    question = np.repeat(np.arange(start, start + len(picks)), lengths)
    return question, scores.indices[places].astype(np.int64), scores.data[places]
