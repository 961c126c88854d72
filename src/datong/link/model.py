"""The Fellegi-Sunter model: what agreement tells, learned from the table of patterns.

For each column and level, m is its share among pairs of one person and u among pairs of
two persons (Fellegi and Sunter 1969). Two persons may be strangers, kin of one
household, twins, or users of one card; without these classes a shared address and
telephone would join families. Strangers come from random pairs; what kin differ in
(name, birth, number) is that of strangers; all the rest is learned by expectation and
maximization over the patterns of compared pairs.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Levels
from datong.link.columns.birth import BirthDate
from datong.link.columns.column import EQUAL, Column
from datong.link.columns.identity import Identity
from datong.link.columns.name import ChineseName
from datong.link.pattern import Patterns, compare
from datong.link.table import Table
from datong.link.ties import Tie, find_ties

Shares = NDArray[np.float64]  # of levels, from 1; index 0 is missing and holds 1

MATCH, KIN, TWIN, CARD = range(4)
CLASSES = ("match", "kin", "twin", "card")
_SAMPLE = (200_000, 1_000_000)  # random pairs that strangers are learned from
_NO_KIN = 0.005  # of the matches: fewer kin than that are an artefact, and are dropped
_RARE_KIN = 0.03  # twins, and users of one card, are at most this part of kin
_UNSEEN = 0.5  # pairs that agree where none was seen to
_MOST = 10.0  # pairs for each row that may match: some twenty records a person
_ROUNDS = 200
_PRIOR = 20.0  # pairs that the first guess of m weighs


@dataclass(slots=True)
class Model:
    """What was learned: shares [class][column][level], strangers', and class sizes.

    `pairs` are expected pairs of each class among all `total` pairs of source rows.
    """

    shares: list[list[Shares]]
    strangers: list[Shares]
    pairs: NDArray[np.float64]
    total: float
    frequency: dict[tuple[int, int], NDArray[np.float32]] = field(default_factory=dict)
    corrections: dict[bytes, float] = field(default_factory=dict)  # bits of a pattern
    ties: dict[int, Tie] = field(default_factory=dict)  # of columns, among strangers

    def correction(self, levels: Levels) -> NDArray[np.float64]:
        """Return the bits that calibration adds to each pattern."""
        bits = (self.corrections.get(pattern.tobytes(), 0.0) for pattern in levels)
        return np.fromiter(bits, np.float64, len(levels))

    def logs(self, levels: Levels) -> NDArray[np.float64]:
        """Return log2 of the expected pairs [classes + strangers, patterns]."""
        sizes = np.append(self.pairs, max(self.total - self.pairs.sum(), 1.0))
        out = np.zeros((len(self.shares) + 1, len(levels)))
        out += np.log2(np.maximum(sizes, 1e-9))[:, None]
        for number, table in enumerate(self.shares):
            for k, share in enumerate(table):
                out[number] += np.log2(share)[levels[:, k]]
        for k in range(len(self.strangers)):
            out[-1] += self._apart(levels, k)
        return out

    def _apart(self, levels: Levels, k: int) -> NDArray[np.float64]:
        """Return log2 of the strangers' share of each pattern's level of a column."""
        found: NDArray[np.float64] = np.log2(self.strangers[k])[levels[:, k]]
        if k in self.ties:
            tie = self.ties[k]
            told = levels[:, tie.parent] == EQUAL
            found[told] = np.log2(tie.shares)[levels[told, k]]
        return found

    def matching(self, levels: Levels) -> NDArray[np.float64]:
        """Return the probability that a pair of each pattern is one person's."""
        logs = self.logs(levels)
        odds = np.exp2(logs - logs.max(0, initial=-np.inf))
        matching: NDArray[np.float64] = odds[MATCH] / odds.sum(0)
        return matching

    def bits(self, levels: Levels, column: int) -> NDArray[np.float64]:
        """Return the weight of a column in patterns: log2(m/u), 0 where missing."""
        same = np.log2(self.shares[MATCH][column])[levels[:, column]]
        bits: NDArray[np.float64] = same - self._apart(levels, column)
        return bits

    @property
    def prior(self) -> float:
        """Return the prior log2 odds that two source rows are one person's."""
        match = max(float(self.pairs[MATCH]), 1e-9)
        return float(np.log2(match / max(self.total - match, 1.0)))


def learn(table: Table, patterns: Patterns) -> Model:
    """Learn a model from the patterns of compared pairs."""
    rows = float(table.count.sum())
    total = max(rows * (rows - 1) / 2, 1.0)
    sampled = _sampled(table)
    known = [max(s[1:].sum() / max(s.sum(), 1.0), 1e-6) * total for s in sampled]
    equal = [_equal_pairs(table, column) for column in table.columns]
    told = list(zip(equal, known, strict=True))
    first = [_first_guess(table, k, patterns) for k in range(len(table.columns))]

    def guessed() -> Model:
        strangers = [
            _strangers(s, e / n) for s, (e, n) in zip(sampled, told, strict=True)
        ]
        pairs = np.array([0.5, 0.2, 0.005, 0.002]) * rows
        if not table.of(Identity):
            pairs[CARD] = 0
        shares = [first, *_other_classes(table.columns, strangers)]
        return Model(shares, strangers, pairs, total)

    model = guessed()
    _maximize(table, model, patterns, told)
    # Which columns hang together shows only when it is known how many pairs match.
    # Where they mislead, more seem to match than can.
    least = min(_MOST * rows / max(float(model.pairs[:2].sum()), 1.0), 1.0)
    parts = [[least * p for p, _ in _known(model, k, e)] for k, e in enumerate(equal)]
    ties = find_ties(table, model.strangers, parts)
    if ties:
        model = guessed()
        model.ties = ties
        _maximize(table, model, patterns, told)
    return model


def _known(model: Model, k: int, equal: float) -> list[tuple[float, int]]:
    """Return how large a part of the pairs that agree in a column each class is."""
    pairs = [float(model.pairs[c] * model.shares[c][k][EQUAL]) for c in (MATCH, KIN)]
    most = max(equal, sum(pairs), 1e-9)
    return [(count / most, c) for count, c in zip(pairs, (MATCH, KIN), strict=True)]


def _sampled(table: Table) -> list[NDArray[np.float64]]:
    """Count the levels of each column among random pairs of source rows."""
    random = np.random.default_rng(20190703)
    ends = np.cumsum(table.count)
    if not len(ends):
        return [np.zeros(column.levels) for column in table.columns]
    drawn = random.integers(0, ends[-1], (2, int(np.clip(20 * ends[-1], *_SAMPLE))))
    i, j = (
        np.searchsorted(ends, side, side="right").astype(np.int32) for side in drawn
    )
    apart = i != j
    levels = compare(table, i[apart], j[apart])
    return [
        np.bincount(levels[:, k], minlength=c.levels).astype(np.float64)
        for k, c in enumerate(table.columns)
    ]


def _equal_pairs(table: Table, column: Column) -> float:
    """Count the pairs of source rows with equal values: Σ f(f-1)/2, known values."""
    known = column.codes >= 0
    f = np.bincount(column.codes[known], table.count[known])
    return float((f * (f - 1) / 2).sum())


def _strangers(counts: NDArray[np.float64], equal: float) -> Shares:
    """Return the shares of levels among strangers.

    The share of equal values is that among all pairs, where random pairs show too few.
    """
    share = counts + 0.5
    share[:2] = 0
    exact = float(np.clip(equal, 1e-12, 0.99))
    share *= (1 - exact) / max(share.sum(), 1e-12)
    share[0], share[EQUAL] = 1, exact
    return share


def _first_guess(table: Table, k: int, patterns: Patterns) -> Shares:
    """Guess m: from pairs with one verified number, or by falling shares."""
    column = table.columns[k]
    fall = np.geomspace(1, 0.03, column.levels - 1) if column.levels > 2 else np.ones(1)
    guess = np.concatenate([[1.0], fall / fall.sum()])
    seeds = _seeds(table, patterns, k)
    if seeds.sum() > 200:
        counts = np.bincount(patterns.levels[:, k], seeds, column.levels)
        guess[1:] = (counts[1:] + 0.5) / (counts[1:] + 0.5).sum()
    return guess


def _seeds(table: Table, patterns: Patterns, k: int) -> NDArray[np.float64]:
    """Weigh the patterns that are surely one person's without a look at column `k`.

    One number, and one birth date or one name: borrowed cards have neither.
    """
    of = {type(column): n for n, column in enumerate(table.columns)}
    number, name, birth = (of.get(t) for t in (Identity, ChineseName, BirthDate))
    if number is None or not table.columns[number].settings["resident"] or k == number:
        return np.zeros(len(patterns.count))
    levels = patterns.levels
    same = np.zeros(len(levels), np.bool_)
    if birth is not None and k != birth:
        same |= levels[:, birth] == EQUAL
    if name is not None and k != name:
        same |= (levels[:, name] > 0) & (levels[:, name] <= 2)
    return np.where(same & (levels[:, number] == EQUAL), patterns.count, 0)


def _other_classes(
    columns: tuple[Column, ...], strangers: list[Shares]
) -> list[list[Shares]]:
    """Guess how kin, twins and users of one card agree in each column."""
    kin, twins, cards = [], [], []
    for column, share in zip(columns, strangers, strict=True):
        own = _kin_share(column, share)
        kin.append(own)
        twins.append(_twin_share(column, own))
        cards.append(
            _mostly_equal(share, 0.98) if isinstance(column, Identity) else own
        )
    return [kin, twins, cards]


def _kin_share(column: Column, share: Shares) -> Shares:
    """Return the shares of a column between members of one household."""
    if not column.personal:
        return _mostly_equal(share, 0.6)
    if not column.family_levels:
        return share
    family = np.where(np.isin(np.arange(len(share)), column.family_levels), share, 0)
    mixed: Shares = 0.4 * share + 0.6 * family / family.sum()
    mixed[0] = 1
    return mixed


def _twin_share(column: Column, kin: Shares) -> Shares:
    """Return the shares of a column between twins: one birth date, names alike."""
    if type(column) is BirthDate:
        return _mostly_equal(kin, 0.97)
    if not isinstance(column, ChineseName):
        return kin
    twin = 0.1 * kin
    twin[5:7] += 0.45  # one character apart, or the surname alone
    twin[0] = 1
    return twin


def _mostly_equal(share: Shares, equal: float) -> Shares:
    """Return shares with most pairs equal and the rest as among strangers."""
    out: Shares = share * ((1 - equal) / max(share[2:].sum(), 1e-12))
    out[EQUAL], out[0] = equal, 1
    return out


def _maximize(
    table: Table,
    model: Model,
    patterns: Patterns,
    equal: list[tuple[float, float]],
) -> None:
    """Learn shares and class sizes in rounds, until the sizes stand still."""
    first = model.shares[MATCH]
    count = patterns.count
    for _ in range(_ROUNDS):
        logs = model.logs(patterns.levels)
        odds = np.exp2(logs - logs.max(0))
        weight = count * odds / odds.sum(0)
        before = model.pairs.copy()
        model.pairs = np.where(before > 0, weight[:4].sum(1), 0)
        if model.pairs[KIN] < _NO_KIN * model.pairs[MATCH]:
            model.pairs[KIN] = 0
        most = _RARE_KIN * model.pairs[KIN]
        model.pairs[TWIN:] = np.minimum(model.pairs[TWIN:], most)
        matches = [
            _shares(patterns.levels[:, k], weight[MATCH], guess)
            for k, guess in enumerate(first)
        ]
        model.shares[MATCH] = matches
        for k, column in enumerate(table.columns):
            _learn_kin(model, k, column, (patterns.levels[:, k], weight))
            same = weight[MATCH][patterns.levels[:, k] == EQUAL].sum()
            pairs, known = equal[k]
            _correct(model.strangers[k], pairs - same, known)
        for k, tie in model.ties.items():
            parts = _known(model, tie.parent, equal[tie.parent][0])
            apart = [(part, model.shares[c][k]) for part, c in parts]
            tie.learn(model.strangers[k], apart)
        if np.abs(model.pairs - before).max() < 1e-4 * max(model.pairs[MATCH], 1):
            return


def _learn_kin(
    model: Model,
    k: int,
    column: Column,
    seen: tuple[Levels, NDArray[np.float64]],
) -> None:
    """Learn how a household agrees, in what it shares: an address, a surname.

    Of a name or a birth date only the levels that a family may reach are learned; the
    others stay, and so does the birth date of twins.
    """
    levels, weight = seen
    house = weight[KIN] + weight[TWIN] + weight[CARD]
    if not column.personal:
        learned = _shares(levels, house, _even(model.shares[KIN][k]))
        model.shares[KIN][k] = model.shares[CARD][k] = learned
        model.shares[TWIN][k] = _moving(learned, model.shares[MATCH][k])
    elif column.family_levels:
        kin = _within(column, model.shares[KIN][k], levels, weight[KIN] + weight[CARD])
        model.shares[KIN][k] = model.shares[CARD][k] = kin
        if isinstance(column, ChineseName):
            twin = model.shares[TWIN][k]
            model.shares[TWIN][k] = _within(column, twin, levels, weight[TWIN])
        elif type(column) is not BirthDate:
            # Twins' own names would be learned from typing errors in a given name.
            model.shares[TWIN][k] = kin


def _moving(kin: Shares, match: Shares) -> Shares:
    """Return how twins agree in what a household shares: no more often than a person.

    Kin are known by what they share, so that those who live apart are not seen among
    them. Twins are known by their birth date, and move no less than anybody.
    """
    shared, most = kin[1:-1].sum(), match[1:-1].sum()
    if shared <= most:
        return kin
    out: Shares = kin * (most / shared)
    out[0], out[-1] = 1, 1 - most
    return out


def _within(
    column: Column, old: Shares, levels: Levels, weight: NDArray[np.float64]
) -> Shares:
    """Learn the shares of the levels that a family may reach; keep the others."""
    free = list(column.family_levels)
    learned = np.zeros(len(old))
    learned[free] = _shares(levels, weight, _even(old))[free]
    learned *= old[free].sum() / learned.sum()
    return np.where(learned > 0, learned, old)


def _even(share: Shares) -> Shares:
    """Return even shares of the levels, as a first guess that favours none."""
    return np.concatenate([[1.0], np.full(len(share) - 1, 1 / (len(share) - 1))])


def _shares(levels: Levels, weight: NDArray[np.float64], guess: Shares) -> Shares:
    """Return the weighted shares of levels, with a first guess as a few pairs."""
    counts = np.bincount(levels, weight, len(guess))[1:] + _PRIOR * guess[1:] * 0.05
    return np.concatenate([[1.0], np.maximum(counts / counts.sum(), 1e-7)])


def _correct(share: Shares, apart: float, total: float) -> None:
    """Take the matches out of the strangers' share of equal values."""
    exact = min(max(apart / total, _UNSEEN / total, share[EQUAL] * 0.01), share[EQUAL])
    rest = share[2:].sum()
    if rest > 0 and exact < share[EQUAL]:
        share[2:] *= (1 - exact) / rest
        share[EQUAL] = exact
