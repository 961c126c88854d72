"""From questions to pairs: the few concepts that each text could mean.

Six ways to find them: the whole text is like a name; a name is covered by the text; a
part of the text is like a name; the text, translated by what was learned, is like a
name; the text, or a part of it, is like an approved text. Each leaves its likeness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from datong.terms.index import Hits
from datong.terms.pieces import pieces
from datong.terms.ragged import Array, Groups, members
from datong.terms.shelf import Shelf

WAYS = ("whole", "cover", "part", "translated", "past")
BRIDGED = 0.6  # weight of translated pieces beside the written ones


@dataclass(frozen=True, slots=True)
class Questions:
    """Texts to be answered, folded, and their parts."""

    texts: list[str]
    marks: sparse.csr_matrix  # texts x pieces
    weighted: sparse.csr_matrix
    translated: sparse.csr_matrix  # weighted, with what the bridge makes of it
    parts: list[str]
    part_of: Array  # question of each part
    part_marks: sparse.csr_matrix
    part_weighted: sparse.csr_matrix


@dataclass(slots=True)
class Pairs:
    """Questions and concepts that may answer them, sorted by question.

    `values` has one column a feature; `name` is the place of the most alike name,
    `witness` that of the most alike approved text of the concept, -1 without one.
    """

    question: Array
    concept: Array
    name: Array
    witness: Array
    values: dict[str, Array]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.question)

    @property
    def groups(self) -> Groups:
        """Group them by question."""
        return Groups.of(self.question)

    def only(self, kept: Array) -> "Pairs":
        """Keep some (flags or places)."""
        values = {name: column[kept] for name, column in self.values.items()}
        return Pairs(
            self.question[kept],
            self.concept[kept],
            self.name[kept],
            self.witness[kept],
            values,
        )


@dataclass(slots=True)
class Ranking:
    """Ranked pairs of many questions: the best first within each question."""

    pairs: Pairs
    chance: Array
    confidence: Array  # one a question; 0 where nothing was found
    belongs: Array | None = None  # chance to be of the answer, where that was learned

    @property
    def membership(self) -> Array:
        """Return what decides which pairs form an answer."""
        return self.chance if self.belongs is None else self.belongs


def ranked(pairs: Pairs, chance: Array, questions: int) -> Ranking:
    """Sort pairs by chance within their questions."""
    order = np.lexsort((-chance, pairs.question))
    return Ranking(pairs.only(order), chance[order], np.zeros(questions))


def ask(shelf: Shelf, texts: Sequence[str]) -> Questions:
    """Prepare folded texts as questions to a shelf."""
    vocabulary = shelf.vocabulary
    marks = vocabulary.rows([pieces(text) for text in texts])
    split = [shelf.splitter.parts(text) for text in texts]
    parts = [part for found in split for part in found]
    owner = np.repeat(np.arange(len(texts)), [len(found) for found in split])
    part_marks = vocabulary.rows([pieces(part) for part in parts])
    weighted = vocabulary.weighted(marks)
    return Questions(
        texts=list(texts),
        marks=marks,
        weighted=weighted,
        translated=translated(weighted, shelf.bridge),
        parts=parts,
        part_of=owner,
        part_marks=part_marks,
        part_weighted=vocabulary.weighted(part_marks),
    )


def translated(
    weighted: sparse.csr_matrix, bridge: sparse.csr_matrix | None
) -> sparse.csr_matrix:
    """Add the pieces that a bridge leads to."""
    if bridge is None:
        return weighted
    return (weighted + BRIDGED * (weighted @ bridge)).tocsr()


def find(shelf: Shelf, asked: Questions, own: Array | None = None) -> Pairs:
    """Find the concepts that each text could mean.

    `own` gives for each question its own place in the past (-1: none), which must not
    testify for itself.
    """
    named = _by_name(shelf, asked)
    past, text = _by_past(shelf, asked, own)
    concept = {way: shelf.owner[hits.text] for way, hits in named.items()}
    concept["past"] = past.text
    hits = named | {"past": past}
    width = shelf.concepts
    keys = {w: hits[w].question * width + concept[w] for w in WAYS}
    pair = np.unique(np.concatenate([keys[way] for way in WAYS]))
    values: dict[str, Array] = {}
    for way in WAYS:
        values[way] = np.zeros(len(pair), np.float32)
        at = np.searchsorted(pair, keys[way])
        np.maximum.at(values[way], at, hits[way].likeness)
    at = np.searchsorted(pair, keys["past"])
    votes = np.bincount(at, past.likeness.astype(np.float64) ** 4, len(pair))
    values["votes"] = votes.astype(np.float32)
    values["witnesses"] = np.bincount(at, minlength=len(pair)).astype(np.float32)
    witness = np.full(len(pair), -1)
    order = np.argsort(past.likeness, kind="stable")  # the last written is most alike
    witness[at[order]] = text[order]
    name = _likeliest_name(shelf, pair, keys, named)
    return Pairs(pair // width, pair % width, name, witness, values)


def _by_name(shelf: Shelf, asked: Questions) -> dict[str, Hits]:
    """Search the names in four ways."""
    parts = shelf.by_likeness.search(asked.part_weighted, 8)
    return {
        "whole": shelf.by_likeness.search(asked.weighted, 25),
        "cover": shelf.by_cover.search(asked.marks, 20),
        "part": Hits(asked.part_of[parts.question], parts.text, parts.likeness),
        "translated": shelf.by_likeness.search(asked.translated, 20),
    }


def _by_past(shelf: Shelf, asked: Questions, own: Array | None) -> tuple[Hits, Array]:
    """Search the past: concepts as `text` of the hits, and the text that bears each."""
    whole = shelf.past.index.search(asked.weighted, 25)
    part = shelf.past.index.search(asked.part_weighted, 8)
    part = Hits(asked.part_of[part.question], part.text, part.likeness)
    if own is not None:
        whole, part = whole.without(own), part.without(own)
    text = np.concatenate([whole.text, part.text])
    witness, concept = members(shelf.past.means, text)
    question = np.concatenate([whole.question, part.question])[witness]
    likeness = np.concatenate([whole.likeness, part.likeness])[witness]
    return Hits(question, concept.astype(np.int64), likeness), text[witness]


def _likeliest_name(
    shelf: Shelf, pair: Array, keys: dict[str, Array], named: dict[str, Hits]
) -> Array:
    """Choose for each pair the name (or synonym) that the searches found most alike."""
    name = np.asarray(shelf.first_name[pair % shelf.concepts])
    if len(shelf.names) == shelf.concepts:
        return name
    ways = [way for way in named if way != "cover"]  # its scale is another
    likeness = np.concatenate([named[way].likeness for way in ways])
    order = np.argsort(likeness, kind="stable")  # the last written is the most alike
    at = np.searchsorted(pair, np.concatenate([keys[way] for way in ways]))[order]
    name[at] = np.concatenate([named[way].text for way in ways])[order]
    return name
