"""Which of the ranked candidates belong to the answer: what each adds to the better.

A second forest looks at the first few candidates of a text side by side. A candidate
that reads the same words as a better one is its rival; one that reads other words, or
was approved together with it before, belongs beside it.
"""

from dataclasses import dataclass

import numpy as np

from datong.terms.candidates import Pairs, Questions, Ranking
from datong.terms.ragged import Array, within
from datong.terms.ranker import Trees
from datong.terms.shelf import Shelf

DEEP = 8  # candidates of a text that are laid side by side
LIKELY = 0.2  # chance from which a better candidate can be a rival
_SEEN = (
    *("parts", "is_part", "past", "vote_share", "witnesses", "prior", "branch_3"),
    *("covered", "explained", "left_over", "missing", "text_weight", "cosine"),
    *("text_length", "name_length", "letters", "in_order_text", "in_order_name"),
    *("edits", "edits_gap", "edits_chance", "kin", "kin_gap", "kin_chance"),
    *("part", "translated", "within"),
)


@dataclass(frozen=True, slots=True)
class Few:
    """The first candidates of each text, in the order of their chance."""

    pairs: Pairs
    chance: Array
    place: Array  # 0 is the first of its text
    kept: Array  # places in the ranking that they come from


def few_of(ranking: Ranking) -> Few:
    """Take the first candidates of a ranking."""
    place = within(ranking.pairs.groups.length)
    kept = np.flatnonzero(place < DEEP)
    return Few(ranking.pairs.only(kept), ranking.chance[kept], place[kept], kept)


def odds(chance: Array) -> Array:
    """Return log odds, kept finite."""
    held = np.clip(chance, 1e-5, 1 - 1e-5)
    return np.asarray(np.log(held / (1 - held)))


def side_by_side(shelf: Shelf, asked: Questions, few: Few, own: Array | None) -> Pairs:
    """Describe each candidate beside the others of its text.

    `own` gives for each question its own place in the past (-1: none), which must not
    testify for itself.
    """
    pairs = few.pairs
    values = {column: pairs.values[column] for column in _SEEN}
    values |= _standing(few)
    values |= _words(shelf, asked, few)
    values |= _together(shelf, few, own)
    return Pairs(pairs.question, pairs.concept, pairs.name, pairs.witness, values)


def _standing(few: Few) -> dict[str, Array]:
    """Say where a candidate stands among the others."""
    groups, said = few.pairs.groups, odds(few.chance)
    is_last = np.r_[few.place[1:] == 0, np.ones(min(len(few.place), 1), np.bool_)]
    lowest = odds(np.zeros(1))[0]
    next_ = np.where(is_last, lowest, np.roll(said, -1))
    before = np.where(few.place == 0, -lowest, np.roll(said, 1))
    return {
        "odds": said,
        "place": few.place,
        "gap": said - groups.most(said),
        "share": groups.share(few.chance),
        "others": groups.total(few.chance) - few.chance,
        "after": said - next_,
        "before": before - said,
    }


def _words(shelf: Shelf, asked: Questions, few: Few) -> dict[str, Array]:
    """Compare the words of the text that a candidate reads with those of the better."""
    pairs, weight = few.pairs, shelf.vocabulary.weight
    read = asked.marks[pairs.question].multiply(shelf.marks[pairs.name]).tocsr()
    mine = np.maximum(read @ weight, 1e-6)
    whole = np.maximum(pairs.values["text_weight"], 1e-6)
    first = np.arange(len(pairs)) - few.place
    shared = read.multiply(read[first]).tocsr() @ weight
    row = np.repeat(np.arange(len(pairs)), few.place)
    better = first[row] + within(few.place)
    likely = few.chance[better] >= LIKELY
    row, better = row[likely], better[likely]
    both = read[row].multiply(read[better]).tocsr() @ weight
    names = shelf.weighted[pairs.name]
    alike = np.asarray(names[row].multiply(names[better]).sum(axis=1)).ravel()
    rival, like = np.zeros(len(pairs)), np.zeros(len(pairs))
    np.maximum.at(rival, row, both / mine[row])
    np.maximum.at(like, row, alike)
    return {
        "rival": rival,
        "like_better": like,
        "beyond_first": (mine - shared) / whole,
        "first_beyond": (mine[first] - shared) / whole,
    }


def _together(shelf: Shelf, few: Few, own: Array | None) -> dict[str, Array]:
    """Say how often a candidate was approved together with the first one."""
    pairs, means = few.pairs, shelf.past.means
    first = pairs.concept[np.arange(len(pairs)) - few.place]
    concept = np.array(pairs.concept)
    times = np.zeros(len(pairs))
    several = means[np.diff(means.indptr) > 1]  # few of the past: the rest say nothing
    if several.shape[0]:
        times = np.asarray((several.T @ several).tocsr()[concept, first]).ravel()
    if own is not None and means.shape[0]:
        mine = np.array(own[pairs.question])
        held = np.maximum(mine, 0)
        both = np.asarray(means[held, concept]) * np.asarray(means[held, first])
        times = times - np.where(mine >= 0, both.ravel(), 0)
    times = np.where(few.place > 0, times, 0)
    counts = np.r_[np.diff(means.indptr), 0]  # -1 takes the nought
    return {
        "together": times,
        "together_share": times / np.maximum(pairs.values["prior"], 1),
        "witness_answers": counts[pairs.witness],
    }


def belonging(shelf: Shelf, asked: Questions, ranking: Ranking, trees: Trees) -> Array:
    """Return the chance that each ranked pair belongs to the answer of its text."""
    few = few_of(ranking)
    chance = np.zeros(len(ranking.pairs))
    chance[few.kept] = trees.chance(side_by_side(shelf, asked, few, None))
    return chance
