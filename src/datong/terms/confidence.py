"""How sure an answer is, and what is done with it: accept, ask or abstain.

The chance that the first answer is right is a logistic regression over what the ranking
says of the first and the second candidate, then made honest by isotonic regression
(Zadrozny and Elkan 2002). All of it is learned on scores that no model gave to terms of
its own training.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from datong.terms.belonging import odds
from datong.terms.candidates import Ranking
from datong.terms.ragged import Array

PRECISION = 0.99
_SEEN = (
    "edits_chance",
    "vote_share",
    "past",
    "letters",
    "covered",
    "explained",
    "left_over",
    "parts",
)


@dataclass(slots=True)
class Confidence:
    """From the ranking of a text to a calibrated chance.

    `knots` and `levels` are the steps of the isotonic curve; `accept` is the confidence
    from which answers are right at the wished precision; `member` the chance from which
    a candidate belongs to the answer, `at_least_one` whether the first always does.
    """

    slope: list[float]
    offset: float
    middle: list[float]
    spread: list[float]
    knots: list[float]
    levels: list[float]
    accept: float = 1.01
    member: float = 0.5
    at_least_one: bool = True

    def of(self, seen: Array) -> Array:
        """Return the calibrated chance of rows of `outlook`."""
        raw = (seen - np.array(self.middle)) / np.array(self.spread)
        raw = 1 / (1 + np.exp(-(raw @ np.array(self.slope) + self.offset)))
        return np.asarray(np.interp(raw, self.knots, self.levels))

    def chosen(self, chance: Array, place: Array) -> Array:
        """Flag the pairs that form the answers; `place` ranks them, the first is 0."""
        return np.asarray((chance >= self.member) | ((place == 0) & self.at_least_one))

    def written(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)


def outlook(ranking: Ranking) -> Array:
    """Describe each question that has pairs by its two best: questions x columns."""
    pairs, chance = ranking.pairs, ranking.chance
    groups = pairs.groups
    best = groups.start
    after = np.minimum(groups.start + 1, len(chance) - 1)
    second = np.where(groups.length > 1, chance[after], 0)
    columns = [
        odds(chance[best]),
        odds(second),
        chance[best] - second,
        *(pairs.values[column][best] for column in _SEEN),
        np.minimum(pairs.values["prior"][best], 3),
    ]
    return np.column_stack(columns).astype(np.float64)


def calibrate(seen: Array, right: Array) -> Confidence:
    """Learn the chance that the first answer is right."""
    middle, spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
    scaled = (seen - middle) / spread
    if len(np.unique(right)) < 2:  # nothing to learn: believe the ranking itself
        zeros, ones = [0.0] * seen.shape[1], [1.0] * seen.shape[1]
        odds = [1.0, *zeros[1:]]
        return Confidence(odds, 0.0, zeros, ones, [0.0, 1.0], [0.0, 1.0])
    line = LogisticRegression(C=1.0, max_iter=500).fit(scaled, right)
    raw = line.predict_proba(scaled)[:, 1]
    curve = IsotonicRegression(out_of_bounds="clip").fit(raw, right)
    knots, levels = _rising(curve.X_thresholds_, curve.y_thresholds_)
    return Confidence(
        slope=[float(value) for value in line.coef_[0]],
        offset=float(line.intercept_[0]),
        middle=[float(value) for value in middle],
        spread=[float(value) for value in spread],
        knots=knots,
        levels=levels,
    )


def _rising(knots: Array, levels: Array) -> tuple[list[float], list[float]]:
    """Take the middle of every flat step, so that no two chances are told the same."""
    steps, place = np.unique(levels, return_inverse=True)
    count = np.bincount(place)
    middle = np.bincount(place, knots) / count
    return [0.0, *middle.tolist(), 1.0], [0.0, *steps.tolist(), 1.0]


def honest(seen: Array, right: Array, fold: Array) -> Array:
    """Return each confidence from a calibration that did not see its fold."""
    confidence = np.zeros(len(right))
    for number in np.unique(fold):
        inside = fold == number
        learned = calibrate(seen[~inside], right[~inside])
        confidence[inside] = learned.of(seen[inside])
    return confidence


def threshold(confidence: Array, right: Array, precision: float = PRECISION) -> float:
    """Return the least confidence from which answers reach the precision.

    1.01, which nothing reaches, where no part of them does. Ties are kept together.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    reached = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.r_[sorted_confidence[1:] != sorted_confidence[:-1], True]
    enough = np.flatnonzero((reached >= precision) & last_of_tie)
    return float(sorted_confidence[enough[-1]]) if len(enough) else 1.01


def membership(
    ranking: Ranking, right: Array, answers: Array, *, several: bool
) -> tuple[float, bool]:
    """Choose from which chance a candidate belongs to the answer.

    By micro-F1 where texts often have several answers, else by the CHIP score, so that
    a text with one answer gets one. `answers` counts the right answers of each text.
    """
    question, texts = ranking.pairs.question, len(answers)
    place = ranking.pairs.groups.rank(ranking.chance)
    best = (-1.0, 0.5, True)
    for at_least_one in (True, False):
        for member in np.arange(0.2, 0.66, 0.025):
            chosen = (ranking.membership >= member) | ((place == 0) & at_least_one)
            hit = per_text(question, right * chosen, texts)
            said = per_text(question, chosen.astype(float), texts)
            score = 2 * hit.sum() / (said.sum() + answers.sum())
            if not several:
                score = (hit / np.maximum(np.maximum(said, answers), 1)).mean()
            best = max(best, (float(score), float(member), at_least_one))
    return best[1], best[2]


def per_text(question: Array, values: Array, texts: int) -> Array:
    """Sum over the pairs of each text."""
    return np.bincount(question, values, texts)
