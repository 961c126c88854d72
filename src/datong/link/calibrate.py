"""Calibration without labels, and the operating point.

Pairs in which both numbers are verified carry their own answer: the number column is
hidden, the pair is scored as if it had none, and each pattern of the other columns
learns how often the numbers turn out equal. That corrects pairs without numbers for
twins, kin, and columns that depend on each other.
"""

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes, Flags, Levels
from datong.link.columns.birth import BirthDate, Sex
from datong.link.columns.column import EQUAL
from datong.link.columns.identity import Identity
from datong.link.columns.name import ChineseName
from datong.link.columns.phone import Phone
from datong.link.model import Model
from datong.link.pattern import Patterns
from datong.link.score import Bits, score
from datong.link.table import Table

FALSE_PER_1000 = 1.0  # expected false ones among a thousand joined pairs
LOWEST, HIGHEST = -2.0, 0.5  # bits between which the operating point is chosen
_TRUST = 30.0  # labelled pairs that the model weighs against a pattern's own
_ENOUGH = 2_000_000  # labelled pairs that are looked at


def probability(bits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return P = 1 / (1 + 2^-S)."""
    return 1 / (1 + np.exp2(-np.clip(bits.astype(np.float64), -60, 60)))


def calibrate(
    table: Table, model: Model, patterns: Patterns, pairs: tuple[Codes, Codes]
) -> None:
    """Learn a correction in bits for each pattern without a number."""
    of = {type(column): k for k, column in enumerate(table.columns)}
    number = of.get(Identity)
    if number is None or not table.columns[number].settings["resident"]:
        return
    answer = _answers(patterns.levels, number, of)
    i, j = pairs
    trusted = table.columns[number].rows["row_trust"] == 4
    at = np.flatnonzero((answer[patterns.of] >= 0) & trusted[i] & trusted[j])
    at = at[:: max(len(at) // _ENOUGH, 1)]
    hidden = patterns.levels.copy()
    hidden[:, number] = 0
    found, inverse = np.unique(hidden, axis=0, return_inverse=True)
    groups = inverse.ravel()[patterns.of[at]]
    blind = Patterns(hidden, patterns.count, patterns.of[at])
    guess = probability(score(table, model, blind, i[at]))
    weight = table.weight(i[at], j[at])
    same = answer[patterns.of[at]] == 1
    model.corrections = _corrections(found, groups, (weight, same, guess))


def _corrections(
    found: Levels,
    groups: NDArray[np.intp],
    seen: tuple[NDArray[np.float64], Flags, NDArray[np.float64]],
) -> dict[bytes, float]:
    """Compare the answers of each pattern with what the model expects, in bits."""
    weight, same, guess = seen
    size = len(found)
    total = np.bincount(groups, weight, size)
    right = np.bincount(groups, weight * same, size)
    expected = np.bincount(groups, weight * guess, size) / np.maximum(total, 1e-9)
    expected = np.clip(expected, 1e-4, 1 - 1e-4)
    odds = (right + _TRUST * expected) / (total - right + _TRUST * (1 - expected))
    bits = np.log2(odds) - np.log2(expected / (1 - expected))
    return {
        pattern.tobytes(): float(more)
        for pattern, more, n in zip(found, bits, total, strict=True)
        if n > 0
    }


def _answers(levels: Levels, number: int, of: dict[type, int]) -> NDArray[np.int8]:
    """Answer each pattern by its numbers: 1 one person, 0 two, -1 not to be used.

    Left out: what looks like a borrowed card or a changed number, and pairs that only
    the number could have brought together.
    """

    def level(kind: type, missing: int) -> NDArray[np.uint8]:
        return levels[:, of[kind]] if kind in of else np.full(len(levels), missing)

    name, birth, phone = level(ChineseName, 0), level(BirthDate, 0), level(Phone, 0)
    answer = np.full(len(levels), -1, np.int8)
    borrowed = (name >= 6) & (birth >= 3)
    changed = (name == EQUAL) & (birth == EQUAL) & (phone == EQUAL)
    answer[(levels[:, number] == EQUAL) & ~borrowed] = 1
    answer[(levels[:, number] == 2) & ~changed] = 0
    told = [k for kind, k in of.items() if kind not in (Identity, Sex)]
    met = np.isin(levels[:, told], (1, 2)).sum(1)
    answer[met < 2] = -1
    return answer


def operating_point(bits: Bits, weight: NDArray[np.float64]) -> float:
    """Return the lowest threshold whose accepted pairs promise few false ones.

    Thresholds stand half a bit apart. With weak columns no threshold may keep the
    promise; the highest one then keeps what is likelier true than not.
    """
    wrong = weight * (1 - probability(bits))
    for theta in np.arange(LOWEST, HIGHEST, 0.5):
        kept = bits >= theta
        if wrong[kept].sum() * 1000 <= FALSE_PER_1000 * weight[kept].sum():
            return float(theta)
    return HIGHEST
