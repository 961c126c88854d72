"""Training on reviewed terms, and the measure on terms that no model had seen.

Everything that later judges a text is learned on scores that were made without it: the
history leaves a text's own approval out, and edits and ranker are trained in folds.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from datong.core.reason import Trouble
from datong.terms import confidence, ranker
from datong.terms.belonging import few_of, side_by_side
from datong.terms.candidates import (
    Pairs,
    Questions,
    Ranking,
    ask,
    find,
    ranked,
    translated,
)
from datong.terms.codes import CodeTable
from datong.terms.confidence import Confidence
from datong.terms.edits import Book, Comparison, Edits, average
from datong.terms.features import Traits, add_edits, describe, traits_of
from datong.terms.fold import fold
from datong.terms.measure import curve, measure
from datong.terms.model import (
    STRANGE,
    Model,
    compared,
    kin,
    sifted,
    spread,
    worth,
)
from datong.terms.ragged import Array
from datong.terms.ranker import RANKED, Trees, first
from datong.terms.reasons import TOO_FEW
from datong.terms.shelf import Shelf, bridge_of, shelf_of

Learned = TypeVar("Learned")
FOLDS = 5
LEAST = 60  # reviewed terms
MOST = 16_000  # reviewed terms that are ranked; all of them are history
ROUNDS = (60, 160)  # of the ranker, for few and for many terms
OFTEN = 0.15  # share of texts with several answers that asks for another loss


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A text and the names or codes that a person gave to it."""

    text: str
    gold: tuple[str, ...]


@dataclass(slots=True)
class Lesson:
    """Reviewed terms of one shelf: texts, answers (concepts) and folds."""

    texts: list[str]
    answers: list[list[int]]
    fold: Array  # of each text; -1 where it is history only


def train(table: CodeTable, reviewed: Sequence[Reviewed]) -> Model:
    """Train a model; raises Trouble TERMS-FEW where there is too little to learn from.

    Names in `reviewed` that the table lacks become concepts without a code.
    """
    began = time.perf_counter()
    lesson = prepare(table, reviewed)
    number = int((lesson.fold >= 0).sum())
    if number < LEAST:
        raise Trouble(TOO_FEW, number=number, least=LEAST)
    shelf = shelf_of(table, lesson.texts, lesson.answers)
    model = _learn(shelf, lesson)
    shelf.bridge = bridge_of(shelf)
    model.card |= {
        "system": table.system,
        "edition": table.edition,
        "table": table.fingerprint(),
        "reviewed": fingerprint(reviewed),
        "terms": len(lesson.texts),
        "training_minutes": (time.perf_counter() - began) / 60,
    }
    return model


def fingerprint(reviewed: Sequence[Reviewed]) -> str:
    """Hash the reviewed terms."""
    lines = sorted(json.dumps([one.text, one.gold]) for one in reviewed)
    return sha256("\n".join(lines).encode()).hexdigest()


def prepare(table: CodeTable, reviewed: Sequence[Reviewed]) -> Lesson:
    """Merge texts that fold to one, find their concepts, and deal them into folds.

    Where reviewers disagree on a text, the answer that most of them gave counts.
    """
    given: dict[str, Counter[tuple[int, ...]]] = {}
    written: dict[str, str] = {}
    for one in reviewed:
        places = [table.place(gold) for gold in one.gold]
        found = [
            table.add(gold) if at is None else at
            for gold, at in zip(one.gold, places, strict=True)
        ]
        key = fold(one.text).text
        if key and found:
            written.setdefault(key, one.text)
            given.setdefault(key, Counter())[tuple(sorted(set(found)))] += 1
    answers = [list(counts.most_common(1)[0][0]) for counts in given.values()]
    return Lesson(list(written.values()), answers, _deal(table, list(given), answers))


def _deal(table: CodeTable, keys: list[str], answers: list[list[int]]) -> Array:
    """Deal texts into folds; texts that are their own answer's name teach little."""
    chance = np.random.default_rng(20)
    fold_of = chance.integers(0, FOLDS, len(keys))
    same = np.array(
        [
            len(answer) == 1 and fold(table.concepts[answer[0]].name).text == key
            for key, answer in zip(keys, answers, strict=True)
        ],
        dtype=np.bool_,
    )
    few = max(500, int((~same).sum() * 0.2))
    left_out = chance.permutation(np.flatnonzero(same))[few:]
    fold_of[left_out] = -1
    dealt = np.flatnonzero(fold_of >= 0)
    fold_of[chance.permutation(dealt)[MOST:]] = -1
    return fold_of


def _learn(shelf: Shelf, lesson: Lesson) -> Model:
    """Learn sieve, edits, ranker and confidence, each on what the one before left."""
    desk = _Desk.of(shelf, lesson)
    desk.translate(lesson.fold)
    sieve, pairs = desk.sieve()
    learned, pairs = desk.edits(pairs)
    kinship = desk.kinship(pairs)
    trees, ranking = desk.rank(pairs)
    chooser = desk.choose(ranking)
    sure = desk.confidence(ranking)
    return Model(
        shelf=shelf,
        traits=desk.traits,
        sieve=sieve,
        edits=learned,
        kinship=kinship,
        ranker=trees,
        confidence=sure,
        chooser=chooser,
        card={"held_out": desk.held_out(ranking, sure)},
        held=desk.each(ranking, sure),
    )


def _each_fold(work: Callable[[int], Learned]) -> list[Learned]:
    """Do the work of each fold, two at once.

    Each in one thread: linear algebra on small vectors in several threads waits busily
    for itself, and takes ten times as long.
    """
    with threadpool_limits(1), ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(work, range(FOLDS)))


def grown(table: CodeTable, reviewed: Sequence[Reviewed]) -> Model:
    """Grow trees that know no history: for tables that nobody has reviewed yet."""
    lesson = prepare(table, reviewed)
    shelf = shelf_of(table, [], [])
    taught = shelf_of(table, lesson.texts, lesson.answers, shelf.vocabulary)
    desk = _Desk.of(taught, lesson)
    desk = replace(desk, shelf=shelf, own=np.full(len(desk.own), -1))
    sieve, pairs = desk.sieve()
    pairs = desk.described(pairs, np.zeros(len(pairs), np.float32))
    add_edits(pairs, np.full(len(pairs), STRANGE, np.float32), "kin")
    trees, ranking = desk.rank(pairs)
    sure = desk.confidence(ranking)
    card = {"held_out": desk.held_out(ranking, sure)}
    known = np.zeros(shelf.concepts, np.bool_)
    none = Edits(np.zeros(0, np.float32), known)
    return Model(shelf, desk.traits, sieve, none, none, trees, sure, card=card)


@dataclass(slots=True)
class _Desk:
    """The reviewed terms at work: questions, their places in the past, their folds."""

    shelf: Shelf
    traits: Traits
    asked: Questions
    own: Array  # place of each question in the past, -1 where it has none
    fold: Array
    means: sparse.csr_matrix  # questions x concepts

    @classmethod
    def of(cls, shelf: Shelf, lesson: Lesson) -> "_Desk":
        """Ask what was reviewed."""
        own = np.flatnonzero(lesson.fold >= 0)
        asked = ask(shelf, [shelf.past.texts[place] for place in own])
        means = shelf.past.means[own]
        return cls(shelf, traits_of(shelf), asked, own, lesson.fold[own], means)

    def translate(self, fold: Array) -> None:
        """Translate each question with what the texts outside its fold teach.

        `fold` is that of every text of the past, -1 included.
        """
        rows = []
        for number in range(FOLDS):
            bridge = bridge_of(self.shelf, np.flatnonzero(fold != number))
            rows.append(translated(self.asked.weighted[self.fold == number], bridge))
        order = np.argsort(np.argsort(self.fold, kind="stable"), kind="stable")
        whole = sparse.vstack(rows, format="csr")[order]
        self.asked = replace(self.asked, translated=whole)

    @property
    def counts(self) -> Array:
        """Count the answers of each question."""
        return np.diff(self.means.indptr)

    @property
    def several(self) -> bool:
        """Say whether texts often have several answers."""
        return bool((self.counts > 1).mean() > OFTEN)

    @property
    def rounds(self) -> int:
        """Say how many trees so many terms deserve."""
        return int(np.clip(len(self.own) // 10, *ROUNDS))

    def right(self, pairs: Pairs) -> Array:
        """Say which pairs are right: 1.0 or 0.0."""
        return np.asarray(self.means[pairs.question, pairs.concept]).ravel()

    def outside(self, pairs: Pairs, number: int) -> Array:
        """Flag the pairs whose question is not in a fold."""
        return np.asarray(self.fold[pairs.question] != number)

    def sieve(self) -> tuple[Trees, Pairs]:
        """Learn which candidates deserve a closer look."""
        found = self.without_own_names(find(self.shelf, self.asked, self.own))
        columns, right = ranker.add_ranks(found), self.right(found)
        sieved = np.zeros(len(found))

        def learn(number: int) -> None:
            taught = self.outside(found, number)
            part = found.only(taught)
            trees = ranker.sieve_of(part, columns, right[taught])
            sieved[~taught] = trees.chance(found.only(~taught))

        _each_fold(learn)
        trees = ranker.sieve_of(found, columns, right)
        return trees, sifted(found, sieved)

    def without_own_names(self, pairs: Pairs) -> Pairs:
        """Leave out names that the table owes to this very question."""
        coded = np.array([bool(c.codes) for c in self.shelf.table.concepts])
        witnessed = pairs.values["witnesses"] > 0
        return pairs.only(coded[pairs.concept] | witnessed)

    def edits(self, pairs: Pairs) -> tuple[Edits, Pairs]:
        """Learn the costs of edits; keep and describe the best pairs."""
        rows = compared(self.shelf, self.asked, pairs)
        learned, score = self.costs(rows, pairs)
        return learned, self.described(pairs, score)

    def kinship(self, pairs: Pairs) -> Edits:
        """Learn what makes two texts mean the same; add it to the pairs."""
        akin, rows = kin(self.shelf, self.asked, pairs)
        learned, score = self.costs(rows, pairs.only(akin), by_concept=False)
        add_edits(pairs, spread(akin, score), "kin")
        return learned

    def costs(
        self, rows: Comparison, pairs: Pairs, *, by_concept: bool = True
    ) -> tuple[Edits, Array]:
        """Learn costs in folds: their mean, and the score of each row from outside."""
        book = Book.of(rows, self.right(pairs), pairs.question, self.shelf.concepts)
        score = np.zeros(len(pairs), np.float32)

        def learn(number: int) -> Edits:
            taught = self.outside(pairs, number)
            others = self.means[self.fold != number]
            known = (np.asarray(others.sum(axis=0)).ravel() > 0) & by_concept
            one = book.learn(taught, known, several=self.several)
            score[~taught] = book.score(one, ~taught)
            return one

        return average(_each_fold(learn)), score

    def described(self, pairs: Pairs, score: Array) -> Pairs:
        """Keep and describe the best pairs."""
        kept = first(pairs, worth(pairs, score), RANKED)
        pairs, score = pairs.only(kept), score[kept]
        pairs = describe(self.shelf, self.traits, self.asked, pairs, self.own)
        add_edits(pairs, score)
        return pairs

    def rank(self, pairs: Pairs) -> tuple[Trees, Ranking]:
        """Learn the ranking; the chances returned come from folds."""
        columns = [column for column in pairs.values if column != "sieved"]
        right = self.right(pairs)
        chance = np.zeros(len(pairs))

        def learn(number: int) -> None:
            taught = self.outside(pairs, number)
            part = pairs.only(taught)
            trees = ranker.grow(part, columns, right[taught], rounds=self.rounds)
            chance[~taught] = trees.chance(pairs.only(~taught))

        _each_fold(learn)
        trees = ranker.grow(pairs, columns, right, rounds=self.rounds)
        return trees, ranked(pairs, chance, len(self.own))

    def choose(self, ranking: Ranking) -> Trees:
        """Learn which ranked pairs belong to an answer; fill in honest chances."""
        few = few_of(ranking)
        beside = side_by_side(self.shelf, self.asked, few, self.own)
        columns, right = list(beside.values), self.right(beside)
        chance = np.zeros(len(beside))

        def learn(number: int) -> None:
            taught = self.outside(beside, number)
            trees = ranker.chooser_of(beside.only(taught), columns, right[taught])
            chance[~taught] = trees.chance(beside.only(~taught))

        _each_fold(learn)
        ranking.belongs = np.zeros(len(ranking.pairs))
        ranking.belongs[few.kept] = chance
        return ranker.chooser_of(beside, columns, right)

    def held_out(self, ranking: Ranking, sure: Confidence) -> dict[str, Any]:
        """Measure on what no part of the model had seen."""
        right, pairs = self.right(ranking.pairs), ranking.pairs
        first = pairs.groups.rank(ranking.chance) == 0
        top = confidence.per_text(pairs.question, right * first, len(self.counts))
        figures = measure(ranking, right, self.counts, sure)
        return {**figures, "curve": curve(ranking.confidence, top)}

    def each(self, ranking: Ranking, sure: Confidence) -> list[dict[str, Any]]:
        """Tell of each held out text how the answer to it was: hit, said, meant."""
        pairs, right, many = ranking.pairs, self.right(ranking.pairs), len(self.counts)
        place = pairs.groups.rank(ranking.chance)
        chosen = sure.chosen(ranking.membership, place)
        hit = confidence.per_text(pairs.question, right * chosen, many)
        said = confidence.per_text(pairs.question, chosen.astype(float), many)
        top = confidence.per_text(pairs.question, right * (place == 0), many)
        concepts, past = self.shelf.table.concepts, self.shelf.past
        return [
            {
                "text": past.texts[own],
                "gold": sorted(concepts[at].name for at in past.answers[own]),
                "hit": int(hit[at]),
                "said": int(said[at]),
                "first": int(top[at]),
            }
            for at, own in enumerate(self.own.tolist())
        ]

    def confidence(self, ranking: Ranking) -> Confidence:
        """Learn how sure a first answer is; fill in the honest confidence."""
        pairs, groups = ranking.pairs, ranking.pairs.groups
        question = pairs.question[groups.start]
        seen = confidence.outlook(ranking)
        right = self.right(pairs)
        top = right[groups.start]
        honest = confidence.honest(seen, top, self.fold[question])
        ranking.confidence[question] = honest
        sure = confidence.calibrate(seen, top)
        sure.accept = confidence.threshold(honest, top)
        sure.member, sure.at_least_one = confidence.membership(
            ranking, right, self.counts, several=self.several
        )
        return sure
