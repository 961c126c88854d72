"""What a question is compared with: the code table's names, and what was approved.

Both lie on one shelf as rows of pieces: `names` (every name and synonym, with the
concept that owns it) and `past` (approved texts, with their concepts).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from datong.terms.codes import CodeTable, surfaces
from datong.terms.fold import fold
from datong.terms.index import Index
from datong.terms.pieces import Vocabulary, pieces
from datong.terms.ragged import Array, members, only
from datong.terms.split import Splitter

EASE = 8.0  # weight that a name must share beyond its own before it counts as covered


@dataclass(slots=True)
class Shelf:
    """A code table and its past, ready to be searched."""

    table: CodeTable
    names: list[str]  # folded
    owner: Array  # concept of each name
    vocabulary: Vocabulary
    splitter: Splitter
    marks: sparse.csr_matrix  # names x pieces
    weighted: sparse.csr_matrix
    total: Array  # weight of all pieces of each name
    by_likeness: Index
    by_cover: Index
    short: Array  # flags of the pieces of one or two units
    past: "Past"
    first_name: Array  # place of each concept's own name among the names
    bridge: sparse.csr_matrix | None = None  # learned: text piece -> name piece

    _owners: dict[str, set[int]] = field(default_factory=dict)

    @property
    def concepts(self) -> int:
        """Count the concepts."""
        return len(self.table.concepts)

    def is_name(self, folded: str) -> bool:
        """Say whether a folded text is a name or synonym of exactly one concept."""
        return len(self.bearers(folded)) == 1

    def bearers(self, folded: str) -> set[int]:
        """Return the concepts that bear a folded name or synonym."""
        if not self._owners:
            for name, owner in zip(self.names, self.owner.tolist(), strict=True):
                self._owners.setdefault(name, set()).add(owner)
        return self._owners.get(folded, set())


@dataclass(slots=True)
class Past:
    """Approved texts and their concepts."""

    texts: list[str]  # folded
    answers: list[list[int]]
    marks: sparse.csr_matrix
    weighted: sparse.csr_matrix
    means: sparse.csr_matrix  # texts x concepts
    prior: Array  # how often each concept was approved
    index: Index = field(init=False)

    def __post_init__(self) -> None:
        """Turn the texts."""
        self.index = Index(self.weighted, frequent=10**9)


def past_of(
    texts: Sequence[str],
    answers: Sequence[Sequence[int]],
    vocabulary: Vocabulary,
    concepts: int,
) -> Past:
    """Lay approved texts (folded) on a shelf."""
    marks = vocabulary.rows([pieces(text) for text in texts])
    return _past(list(texts), answers, (marks, vocabulary.weighted(marks)), concepts)


def remember(
    past: Past,
    decided: Mapping[str, Sequence[int]],
    vocabulary: Vocabulary,
    concepts: int,
) -> Past:
    """Add decisions (folded text: concepts) in place of older ones on its text."""
    new = past_of(list(decided), list(decided.values()), vocabulary, concepts)
    kept = [place for place, text in enumerate(past.texts) if text not in decided]
    marks = sparse.vstack([past.marks[kept], new.marks], format="csr")
    weighted = sparse.vstack([past.weighted[kept], new.weighted], format="csr")
    return _past(
        [past.texts[place] for place in kept] + new.texts,
        [past.answers[place] for place in kept] + new.answers,
        (marks, weighted),
        concepts,
    )


def _past(
    texts: list[str],
    answers: Sequence[Sequence[int]],
    rows: tuple[sparse.csr_matrix, sparse.csr_matrix],
    concepts: int,
) -> Past:
    """Join texts, their rows (marked, weighted) and what they mean."""
    distinct = [sorted(set(answer)) for answer in answers]
    ends = np.cumsum([0, *(len(a) for a in distinct)], dtype=np.int64)
    columns = np.fromiter((c for a in distinct for c in a), np.int32, ends[-1])
    ones = np.ones(len(columns), np.float32)
    means = sparse.csr_matrix((ones, columns, ends), (len(texts), concepts))
    prior = np.bincount(columns, minlength=concepts).astype(np.float32)
    return Past(texts, distinct, *rows, means, prior)


def shelf_of(
    table: CodeTable,
    texts: Sequence[str],
    answers: Sequence[Sequence[int]],
    vocabulary: Vocabulary | None = None,
) -> Shelf:
    """Lay a table and its approved texts (as written) on a shelf."""
    written, owner = surfaces(table)
    names = [fold(name).text for name in written]
    folded = [fold(text).text for text in texts]
    parts = [pieces(name) for name in names]
    if vocabulary is None:
        vocabulary = Vocabulary.of([*parts, *(pieces(text) for text in folded)])
    marks = vocabulary.rows(parts)
    weighted = vocabulary.weighted(marks)
    heavy = (marks @ sparse.diags(vocabulary.weight)).tocsr()
    total = np.asarray(heavy.sum(axis=1)).ravel()
    cover = (sparse.diags(1 / (total + EASE)) @ heavy).tocsr().astype(np.float32)
    owners = np.array(owner, np.int64)
    return Shelf(
        table=table,
        names=names,
        owner=owners,
        vocabulary=vocabulary,
        splitter=Splitter.of(names),
        marks=marks,
        weighted=weighted,
        total=total,
        by_likeness=Index(weighted),
        by_cover=Index(cover),
        short=short_pieces(vocabulary.place),
        past=past_of(folded, answers, vocabulary, len(table.concepts)),
        first_name=np.unique(owners, return_index=True)[1],
    )


def short_pieces(place: Iterable[str]) -> Array:
    """Flag the pieces of one or two units."""
    return np.fromiter((p.count(" ") < 2 for p in place), np.float32)


def bridge_of(shelf: Shelf, taught: Array | None = None) -> sparse.csr_matrix:
    """Learn which pieces of a name stand for which pieces of a text.

    `taught` gives the places of the approved texts to learn from, all without it.

    From approved texts: how often, given that a text has a piece that its name lacks,
    the name has a piece that the text lacks (瘤 -> 病损). Pieces x pieces.
    """
    past = shelf.past
    places = np.arange(len(past.texts)) if taught is None else taught
    row, concept = members(past.means, places)
    text = past.marks[places[row]]
    name = shelf.marks[shelf.first_name[concept]]
    shared = text.multiply(name)
    lost = only((text - shared).tocsr(), shelf.short)
    new = only((name - shared).tocsr(), shelf.short)
    together = (lost.T @ new).tocsr()
    together.data[together.data < 2] = 0
    seen = np.asarray(past.marks[places].sum(axis=0)).ravel()
    share = (sparse.diags(1 / (seen + 2)) @ together).tocsr()
    share.data[share.data < 0.1] = 0
    share.eliminate_zeros()
    return share.astype(np.float32)
