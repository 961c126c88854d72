"""What the ranking looks at: columns of numbers about pairs of text and concept.

Nothing here knows a label by name: likeness in pieces and in letters, coverage both
ways, what history says, agreement of markers (`markers.csv`: side, approach, with or
without ...) and numbers, and the place of the code among the codes that history voted
for. So the same columns serve every code system.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from rapidfuzz import distance, fuzz, process

from datong.terms.candidates import Pairs, Questions
from datong.terms.ragged import Array
from datong.terms.shelf import Shelf

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRINGS: dict[str, Any] = {
    "letters": distance.Indel.normalized_similarity,
    "in_order": distance.LCSseq.similarity,
    "within": fuzz.partial_ratio,
    "start": distance.Prefix.similarity,
    "end": distance.Postfix.similarity,
    "jaro": distance.JaroWinkler.similarity,
}


@cache
def markers() -> dict[str, re.Pattern[str]]:
    """Read the markers."""
    lines = files(__package__).joinpath("markers.csv").read_text("utf-8").splitlines()
    return {row["marker"]: re.compile(row["words"]) for row in csv.DictReader(lines)}


@dataclass(slots=True)
class Traits:
    """What is known of each name before any question is asked."""

    flags: Array  # names x markers, uint8
    numbers: list[frozenset[str]]
    length: Array
    chapters: dict[int, Array]  # digits of the code -> number of its branch
    code_length: Array


def traits_of(shelf: Shelf) -> Traits:
    """Look at every name once."""
    codes = [concept.code for concept in shelf.table.concepts]
    return Traits(
        flags=_flags(shelf.names),
        numbers=_numbers(shelf.names),
        length=np.array([len(name) for name in shelf.names], np.float32),
        chapters={size: _branches(codes, size) for size in (3, 5)},
        code_length=np.array([len(code) for code in codes], np.float32),
    )


def _flags(texts: Sequence[str]) -> Array:
    """Say which markers each text has."""
    found = [
        [pattern.search(text) is not None for text in texts]
        for pattern in markers().values()
    ]
    return np.array(found, np.uint8).T.reshape(len(texts), len(found))


def _numbers(texts: Sequence[str]) -> list[frozenset[str]]:
    """Take the numbers out of each text."""
    return [frozenset(_NUMBER.findall(text)) for text in texts]


def _branches(codes: Sequence[str], size: int) -> Array:
    """Number the first characters of codes; a concept without a code stands alone."""
    known: dict[str, int] = {}
    return np.array(
        [
            known.setdefault(code[:size] or f"-{place}", len(known))
            for place, code in enumerate(codes)
        ]
    )


def describe(
    shelf: Shelf, traits: Traits, asked: Questions, pairs: Pairs, own: Array | None
) -> Pairs:
    """Add the columns of the ranking to pairs."""
    groups = pairs.groups
    values = dict(pairs.values)
    values |= _pieces(shelf, asked, pairs)
    values |= _letters(shelf, traits, asked, pairs)
    values |= _history(shelf, traits, pairs, own)
    values |= _marked(traits, asked, pairs)
    for column in ("cosine", "past", "votes", "covered", "letters", "part"):
        values[f"{column}_rank"] = groups.rank(values[column])
        values[f"{column}_gap"] = values[column] - groups.most(values[column])
    return replace(pairs, values=values)


def add_edits(pairs: Pairs, score: Array, name: str = "edits") -> None:
    """Add what learned edits say."""
    groups = pairs.groups
    pairs.values[name] = score
    pairs.values[f"{name}_rank"] = groups.rank(score)
    pairs.values[f"{name}_gap"] = score - groups.most(score)
    pairs.values[f"{name}_chance"] = groups.chances(score)


def matrix(pairs: Pairs, columns: Sequence[str]) -> Array:
    """Lay the columns side by side: pairs x columns, float32."""
    table = np.empty((len(pairs), len(columns)), np.float32)
    for place, column in enumerate(columns):
        table[:, place] = pairs.values[column]
    return table


def _pieces(shelf: Shelf, asked: Questions, pairs: Pairs) -> dict[str, Array]:
    """Compare in weighted pieces."""
    weight = shelf.vocabulary.weight
    text = asked.marks[pairs.question]
    shared = text.multiply(shelf.marks[pairs.name]).tocsr() @ weight
    whole = (asked.marks @ weight)[pairs.question]
    name = shelf.total[pairs.name]
    alike = asked.weighted[pairs.question].multiply(shelf.weighted[pairs.name])
    return {
        "cosine": np.asarray(alike.sum(axis=1)).ravel(),
        "covered": shared / np.maximum(name, 1e-6),
        "explained": shared / np.maximum(whole, 1e-6),
        "text_weight": whole,
        "name_weight": name,
        "missing": name - shared,
        "left_over": whole - shared,
        "parts": np.bincount(asked.part_of, minlength=len(asked.texts))[pairs.question],
    }


def _letters(
    shelf: Shelf, traits: Traits, asked: Questions, pairs: Pairs
) -> dict[str, Array]:
    """Compare letter by letter, with the part of the text that is most alike."""
    part = _nearest_part(shelf, asked, pairs)
    texts = [
        asked.texts[question] if at < 0 else asked.parts[at]
        for question, at in zip(pairs.question, part, strict=True)
    ]
    names = [shelf.names[name] for name in pairs.name]
    values = {
        column: process.cpdist(texts, names, scorer=scorer, dtype=np.float32)
        for column, scorer in _STRINGS.items()
    }
    length = np.array([len(text) for text in texts], np.float32)
    values["text_length"] = length
    values["name_length"] = traits.length[pairs.name]
    values["in_order_text"] = values["in_order"] / np.maximum(length, 1)
    values["in_order_name"] = values["in_order"] / np.maximum(values["name_length"], 1)
    values["is_part"] = (part >= 0).astype(np.float32)
    return values


def _nearest_part(shelf: Shelf, asked: Questions, pairs: Pairs) -> Array:
    """Find for each pair the part of its text most like the name, -1 for the whole."""
    nearest = np.full(len(pairs), -1)
    if not asked.parts:
        return nearest
    counts = np.bincount(asked.part_of, minlength=len(asked.texts))
    first = np.cumsum(counts) - counts
    times = counts[pairs.question]
    pair = np.repeat(np.arange(len(pairs)), times)
    order = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
    part = first[pairs.question[pair]] + order
    name = shelf.weighted[pairs.name]
    likeness = asked.part_weighted[part].multiply(name[pair]).sum(axis=1)
    likeness = np.asarray(likeness).ravel()
    most = np.asarray(asked.weighted[pairs.question].multiply(name).sum(axis=1)).ravel()
    np.maximum.at(most, pair, likeness)
    wins = likeness >= most[pair]
    wins &= likeness > 0
    nearest[pair[wins]] = part[wins]
    return nearest


def _history(
    shelf: Shelf, traits: Traits, pairs: Pairs, own: Array | None
) -> dict[str, Array]:
    """Say what was approved before, the question's own approval left out."""
    groups, past = pairs.groups, shelf.past
    prior = past.prior[pairs.concept]
    if own is not None and past.texts:
        mine = own[pairs.question]
        answered = np.asarray(past.means[np.maximum(mine, 0), pairs.concept]).ravel()
        prior = prior - np.where(mine >= 0, answered, 0)
    votes = pairs.values["votes"]
    values = {
        "prior": prior,
        "vote_share": groups.share(votes),
        "code_length": traits.code_length[pairs.concept],
    }
    for size, branch in traits.chapters.items():
        key = pairs.question * (int(branch.max()) + 1) + branch[pairs.concept]
        _, same = np.unique(key, return_inverse=True)
        values[f"branch_{size}"] = groups.share(np.bincount(same, votes)[same])
    return values


def _marked(traits: Traits, asked: Questions, pairs: Pairs) -> dict[str, Array]:
    """Compare markers and numbers: 0 neither has it, 1 name, 2 text, 3 both."""
    text = _flags(asked.texts)[pairs.question]
    both = 2 * text + traits.flags[pairs.name]
    values = {f"marker {name}": both[:, at] for at, name in enumerate(markers())}
    numbers = _numbers(asked.texts)
    couples = [
        (numbers[question], traits.numbers[name])
        for question, name in zip(pairs.question, pairs.name, strict=True)
    ]
    values["numbers_lost"] = np.array([len(t - n) for t, n in couples], np.float32)
    values["numbers_new"] = np.array([len(n - t) for t, n in couples], np.float32)
    return values
