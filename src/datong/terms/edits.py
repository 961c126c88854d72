"""What it costs to turn a text into a name, learned from reviewed terms.

A pair of text and name is described by the pieces that the text loses, the name adds
and both share, by every (lost, added) couple, and, for concepts that were approved
before, by (piece of the text, concept). Each has one weight in a hashed table; their
sum is the score, trained so that the right concepts win: by a softmax over the
candidates of a text where a text has one answer (conditional logit, McFadden 1974), by
a logistic loss where it may have several. L2-regularized, L-BFGS.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from datong.terms.ragged import Array, Groups, only, products

HASHED = 1 << 20
_SHIFT = np.uint64(44)  # 64 - 20 bits
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Texts and names, row by row, with the concept of each row."""

    text: sparse.csr_matrix
    name: sparse.csr_matrix
    concept: Array
    short: Array  # flags of the pieces that may form couples

    def rows(self, kept: Array) -> "Comparison":
        """Keep some rows."""
        return Comparison(
            self.text[kept], self.name[kept], self.concept[kept], self.short
        )


@dataclass(frozen=True, slots=True)
class Edits:
    """Learned costs: `weights` over the hashed descriptions, `known` concepts."""

    weights: Array  # float32, 3 x pieces + 2 x HASHED + concepts
    known: Array  # flags of the concepts that were approved in training

    def written(self) -> dict[str, Array]:
        """Lay out what is not zero."""
        used = np.flatnonzero(self.weights)
        size = np.array([len(self.weights)])
        cost = self.weights[used]
        return {"used": used, "cost": cost, "size": size, "known": self.known}

    @classmethod
    def read(cls, arrays: Mapping[str, Array], name: str) -> "Edits":
        """Read what was laid out under a name."""
        weights = np.zeros(int(arrays[f"{name}_size"][0]), np.float32)
        weights[arrays[f"{name}_used"]] = arrays[f"{name}_cost"]
        return cls(weights, arrays[f"{name}_known"])

    def score(self, compared: Comparison) -> Array:
        """Return the score of each row, float32; greater is likelier."""
        count = compared.text.shape[0]
        score = np.zeros(count)
        for rows, columns in describe(compared, self.known):
            score += np.bincount(rows, self.weights[columns], count)
        return score.astype(np.float32)


def describe(compared: Comparison, known: Array) -> Iterator[tuple[Array, Array]]:
    """Describe each row: blocks of (row, column)."""
    text, name = compared.text, compared.name
    pieces = text.shape[1]
    shared = text.multiply(name).tocsr()
    lost, new = (text - shared).tocsr(), (name - shared).tocsr()
    lost.eliminate_zeros()
    new.eliminate_zeros()
    for block, marks in enumerate((lost, new, shared)):
        rows = np.repeat(np.arange(marks.shape[0]), np.diff(marks.indptr))
        yield rows, marks.indices.astype(np.int64) + block * pieces
    first = 3 * pieces
    row, left, right = products(only(lost, compared.short), only(new, compared.short))
    yield row, first + _hash(left, right)
    near = only(text, compared.short)
    near = sparse.diags(known[compared.concept].astype(np.float32)) @ near
    near.eliminate_zeros()
    rows = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    concept = compared.concept[rows]
    yield rows, first + HASHED + _hash(near.indices, concept + pieces)
    rows = np.flatnonzero(known[compared.concept])
    yield rows, first + 2 * HASHED + compared.concept[rows]


def _hash(left: Array, right: Array) -> Array:
    """Hash two columns of whole numbers to one below HASHED."""
    mixed = left.astype(np.uint64) * _FIRST + right.astype(np.uint64) * _SECOND
    return (mixed >> _SHIFT).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Book:
    """Rows whose answer is known, sorted by question, described once for all folds."""

    design: sparse.csr_matrix  # rows x descriptions, float32 counts
    right: Array  # 1.0 where the concept is an answer
    question: Array
    concept: Array
    near: int  # first column that tells of concepts by name

    @classmethod
    def of(
        cls, compared: Comparison, right: Array, question: Array, concepts: int
    ) -> "Book":
        """Describe the rows; `concepts` counts those of the table."""
        rows, columns = [], []
        for row, column in describe(compared, np.ones(concepts, np.bool_)):
            rows.append(row.astype(np.int32))
            columns.append(column.astype(np.int32))
        near = 3 * compared.text.shape[1] + HASHED
        size = near + HASHED + concepts
        cells = np.concatenate(rows), np.concatenate(columns)
        ones = np.ones(len(cells[0]), np.float32)
        design = sparse.csr_matrix((ones, cells), (len(right), size))
        return cls(design, right, question, compared.concept, near)

    def page(self, taught: Array, known: Array) -> tuple[sparse.csr_matrix, Array]:
        """Take the taught rows; say nothing there of concepts that are not known.

        Returns the rows over the columns that occur more than once, and these columns.
        """
        page = self.design[taught]
        concept = np.repeat(self.concept[taught], np.diff(page.indptr))
        hidden = (page.indices >= self.near) & ~known[concept]
        page.data[hidden] = 0
        page.eliminate_zeros()
        seen = np.bincount(page.indices, minlength=page.shape[1])
        used = np.flatnonzero(seen > 1)
        place = np.full(page.shape[1], -1, np.int32)
        place[used] = np.arange(len(used), dtype=np.int32)
        page.data[place[page.indices] < 0] = 0
        page.eliminate_zeros()
        cells = (page.data, place[page.indices], page.indptr)
        return sparse.csr_matrix(cells, (page.shape[0], len(used))), used

    def learn(self, taught: Array, known: Array, *, several: bool) -> Edits:
        """Learn the costs from the taught rows (flags).

        `known` flags the concepts that were approved in them; `several` says that texts
        often have more than one answer.
        """
        page, used = self.page(taught, known)
        right = self.right[taught]
        groups = Groups.of(self.question[taught])
        loss = _Logistic(right) if several else _Softmax(right, groups)
        weights = np.zeros(self.near + HASHED + len(known), np.float32)
        weights[used] = _minimize(page, loss)
        return Edits(weights, known)

    def score(self, learned: Edits, rows: Array) -> Array:
        """Score rows (flags)."""
        return np.asarray(self.design[rows] @ learned.weights)


def _minimize(design: sparse.csr_matrix, loss: "_Logistic | _Softmax") -> Array:
    """Find the weights of least regularized loss."""
    turned = design.T.tocsr()

    def value(weights: Array) -> tuple[float, Array]:
        scores = (design @ weights.astype(np.float32)).astype(np.float64)
        cost, slope = loss(scores)
        gradient = turned @ slope.astype(np.float32) + weights
        return cost + 0.5 * float(weights @ weights), gradient

    start = np.zeros(design.shape[1])
    return np.asarray(optimize.fmin_l_bfgs_b(value, start, maxiter=40, m=6)[0])


class _Logistic:
    """Each pair is right or wrong by itself."""

    def __init__(self, right: Array) -> None:
        self.right = right

    def __call__(self, scores: Array) -> tuple[float, Array]:
        """Return the loss and its slope."""
        chance = 1 / (1 + np.exp(-scores))
        cost = np.logaddexp(0, scores) - self.right * scores
        return float(cost.sum()), chance - self.right


class _Softmax:
    """The right pairs share the chance of their question."""

    def __init__(self, right: Array, groups: Groups) -> None:
        self.groups = groups
        self.target = groups.share(right)
        self.has_answer = groups.total(right) > 0

    def __call__(self, scores: Array) -> tuple[float, Array]:
        """Return the loss and its slope."""
        chance = self.groups.chances(scores)
        cost = -self.target * np.log(np.maximum(chance, 1e-12))
        slope = np.where(self.has_answer, chance - self.target, 0.0)
        return float(cost.sum()), slope


def average(learned: list[Edits]) -> Edits:
    """Average several: the mean score of linear models is a linear model."""
    weights = np.asarray(np.mean([one.weights for one in learned], axis=0))
    return Edits(
        weights.astype(np.float32), np.any([one.known for one in learned], axis=0)
    )
