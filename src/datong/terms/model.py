"""A trained normalizer: texts in, concepts with chances out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from datong.terms.belonging import belonging
from datong.terms.candidates import Pairs, Questions, Ranking, ask, find, ranked
from datong.terms.confidence import Confidence, outlook
from datong.terms.edits import Comparison, Edits
from datong.terms.features import Traits, add_edits, describe
from datong.terms.fold import fold, without_strength
from datong.terms.ragged import Array
from datong.terms.ranker import RANKED, SIEVED, Trees, add_ranks, first
from datong.terms.shelf import Shelf

STRANGE = -30.0  # kinship where nothing was approved for the concept


@dataclass(slots=True)
class Model:
    """What `training.train` makes and `library` keeps.

    `card` says what it was made of and how good it was on terms it had not seen.
    """

    shelf: Shelf
    traits: Traits
    sieve: Trees
    edits: Edits  # from a text to a name
    kinship: Edits  # from a text to an approved text
    ranker: Trees
    confidence: Confidence
    chooser: Trees | None = None  # without it, the chance to be right decides
    card: dict[str, Any] = field(default_factory=dict)
    # Each text that was held out, with its answers and how the answer to it was.
    held: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_starter(self) -> bool:
        """Say whether nobody taught it this table."""
        return self.card.get("kind") == "starter"

    def is_named(self, text: str) -> bool:
        """Say whether a text is the name of one concept, typed otherwise."""
        words = {fold(text).text, fold(without_strength(text)).text}
        return any(self.shelf.is_name(word) for word in words)

    def rank(self, texts: Sequence[str], threads: int = 1) -> Ranking:
        """Rank the candidates of texts as written."""
        asked = ask(self.shelf, [fold(text).text for text in texts])
        pairs = find(self.shelf, asked)
        add_ranks(pairs)
        pairs = sifted(pairs, self.sieve.chance(pairs))
        score = self.edits.score(compared(self.shelf, asked, pairs))
        kept = first(pairs, worth(pairs, score), RANKED)
        pairs, score = pairs.only(kept), score[kept]
        pairs = describe(self.shelf, self.traits, asked, pairs, None)
        add_edits(pairs, score)
        akin, rows = kin(self.shelf, asked, pairs)
        add_edits(pairs, spread(akin, self.kinship.score(rows)), "kin")
        chance = self.ranker.chance(pairs, threads)
        ranking = ranked(pairs, chance, len(texts))
        if len(pairs) and self.chooser:
            ranking.belongs = belonging(self.shelf, asked, ranking, self.chooser)
        if len(pairs):
            asked_of = ranking.pairs.question[ranking.pairs.groups.start]
            ranking.confidence[asked_of] = self.confidence.of(outlook(ranking))
        return ranking


def worth(pairs: Pairs, score: Array) -> Array:
    """Say which pairs are worth ranking: learned edits, and what the sieve thought."""
    return np.asarray(score + 4 * pairs.values["sieved"])


def sifted(pairs: Pairs, chance: Array) -> Pairs:
    """Keep the pairs that the sieve finds worth a closer look."""
    pairs.values["sieved"] = chance
    return pairs.only(first(pairs, chance, SIEVED))


def kin(shelf: Shelf, asked: Questions, pairs: Pairs) -> tuple[Array, Comparison]:
    """Lay texts beside the nearest approved text of their concept, where there is one.

    Returns the flags of these pairs, and the rows.
    """
    akin = pairs.witness >= 0
    rows = Comparison(
        text=asked.marks[pairs.question[akin]],
        name=shelf.past.marks[pairs.witness[akin]],
        concept=pairs.concept[akin],
        short=shelf.short,
    )
    return akin, rows


def spread(akin: Array, score: Array) -> Array:
    """Give pairs without an approved text a score below any other."""
    whole = np.full(len(akin), STRANGE, np.float32)
    whole[akin] = score
    return whole


def compared(shelf: Shelf, asked: Questions, pairs: Pairs) -> Comparison:
    """Lay the texts and names of pairs side by side."""
    return Comparison(
        text=asked.marks[pairs.question],
        name=shelf.marks[pairs.name],
        concept=pairs.concept,
        short=shelf.short,
    )
