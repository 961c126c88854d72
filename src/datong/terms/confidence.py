"""How sure an answer is, and what is done with it: accept, ask or abstain.

The chance that the first answer is right is a logistic regression over what the ranking
says of the first and the second candidate, then made honest by isotonic regression
(Zadrozny and Elkan 2002). Half of the regression stays in it: the curve has steps, and
no threshold can part what a step holds together. All of it is learned on scores that no
model gave to terms of its own training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from datong.terms.belonging import odds
from datong.terms.candidates import Ranking
from datong.terms.ragged import Array

Outlook: TypeAlias = Mapping[str, Array]  # one value a question
PRECISION = 0.99
_FIRST = (  # what is seen of the first candidate
    *("edits_chance", "kin_chance", "vote_share", "past", "letters", "covered"),
    *("explained", "left_over", "missing", "parts", "branch_3", "text_length"),
    *("edits_rank", "kin_rank", "past_rank", "votes_rank", "letters_rank"),
    *("numbers_lost", "numbers_new"),
)
_SECOND = ("edits_chance", "kin_chance", "vote_share", "past")
_PLAIN = 0.5
_HELD = 0.03  # C of the regression: many columns that say nearly the same


@dataclass(slots=True)
class Confidence:
    """From the ranking of a text to a calibrated chance.

    `knots` and `levels` are the steps of the isotonic curve; `accept` is the confidence
    from which answers are right at the wished precision; `member` the chance from which
    a candidate belongs to the answer, `at_least_one` whether the first always does.
    """

    columns: list[str]  # of `outlook`
    slope: list[float]
    offset: float
    middle: list[float]
    spread: list[float]
    knots: list[float]
    levels: list[float]
    accept: float = 1.01
    member: float = 0.5
    at_least_one: bool = True
    plain: float = 0.0  # share of the regression beside its curve

    def of(self, seen: Outlook) -> Array:
        """Return the calibrated chance of what `outlook` says."""
        raw = (_laid(seen, self.columns) - np.array(self.middle)) / np.array(
            self.spread
        )
        raw = 1 / (1 + np.exp(-(raw @ np.array(self.slope) + self.offset)))
        risen = np.interp(raw, self.knots, self.levels)
        return np.asarray(self.plain * raw + (1 - self.plain) * risen)

    def chosen(self, chance: Array, place: Array) -> Array:
        """Flag the pairs that form the answers; `place` ranks them, the first is 0."""
        return np.asarray((chance >= self.member) | ((place == 0) & self.at_least_one))

    def written(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)


def outlook(ranking: Ranking) -> dict[str, Array]:
    """Describe each question that has pairs by its two best; one value a question."""
    chance, groups = ranking.chance, ranking.pairs.groups
    values = ranking.pairs.values
    best = groups.start
    after = np.minimum(best + 1, len(chance) - 1)
    second = np.where(groups.length > 1, chance[after], 0)
    unsure = -chance * np.log(np.maximum(chance, 1e-9))
    seen = {
        "odds": odds(chance[best]),
        "second odds": odds(second),
        "lead": chance[best] - second,
        "all": groups.total(chance)[best],
        "unsure": groups.total(unsure)[best],
        "prior": np.minimum(values["prior"][best], 3),
    }
    seen |= {column: values[column][best] for column in _FIRST}
    seen |= {f"second {column}": values[column][after] for column in _SECOND}
    for name, place in (("witnesses", best), ("second witnesses", after)):
        seen[name] = np.log1p(values["witnesses"][place])
    return seen


def calibrate(seen: Outlook, right: Array) -> Confidence:
    """Learn the chance that the first answer is right."""
    columns = list(seen)
    table = _laid(seen, columns)
    middle, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    scaled = (table - middle) / spread
    if len(np.unique(right)) < 2:  # nothing to learn: believe the ranking itself
        return Confidence(["odds"], [1.0], 0.0, [0.0], [1.0], [0.0, 1.0], [0.0, 1.0])
    line = LogisticRegression(C=_HELD, max_iter=500).fit(scaled, right)
    raw = line.predict_proba(scaled)[:, 1]
    curve = IsotonicRegression(out_of_bounds="clip").fit(raw, right)
    knots, levels = _rising(curve.X_thresholds_, curve.y_thresholds_)
    return Confidence(
        columns=columns,
        slope=[float(value) for value in line.coef_[0]],
        offset=float(line.intercept_[0]),
        middle=[float(value) for value in middle],
        spread=[float(value) for value in spread],
        knots=knots,
        levels=levels,
        plain=_PLAIN,
    )


def _laid(seen: Outlook, columns: Sequence[str]) -> Array:
    """Lay columns side by side: questions x columns."""
    return np.column_stack([seen[column] for column in columns]).astype(np.float64)


def _rising(knots: Array, levels: Array) -> tuple[list[float], list[float]]:
    """Take the middle of every flat step, so that no two chances are told the same."""
    steps, place = np.unique(levels, return_inverse=True)
    count = np.bincount(place)
    middle = np.bincount(place, knots) / count
    return [0.0, *middle.tolist(), 1.0], [0.0, *steps.tolist(), 1.0]


def honest(seen: Outlook, right: Array, fold: Array) -> Array:
    """Return each confidence from a calibration that did not see its fold."""
    confidence = np.zeros(len(right))
    for number in np.unique(fold):
        inside = fold == number
        taught = {name: column[~inside] for name, column in seen.items()}
        asked = {name: column[inside] for name, column in seen.items()}
        confidence[inside] = calibrate(taught, right[~inside]).of(asked)
    return confidence


def threshold(confidence: Array, right: Array, precision: float = PRECISION) -> float:
    """Return the least confidence from which answers surely reach the precision.

    Surely: their precision, half a right and half a wrong answer added, is above it by
    its own standard error (Agresti and Coull 1998), so that luck accepts nothing.
    1.01, which nothing reaches, where no part of them does. Ties are kept together.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    many = np.arange(1, len(order) + 1)
    reached = (np.cumsum(right[order]) + 0.5) / (many + 1)
    reached -= np.sqrt(reached * (1 - reached) / many)
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
