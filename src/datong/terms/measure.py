"""How good answers are, on reviewed terms that the model has not seen.

accuracy@1: the first answer is a right one. recall@k: one of the first k is. CHIP
score: mean over texts of |answered and right| / max(|answered|, |right|). F1: micro,
over (text, name). Automatic share: texts whose confidence reaches the threshold chosen
in training, and the precision of their first answer. Calibration error: the mean, over
ten equal bins of confidence weighted by their texts, of |confidence - accuracy|.
"""

import numpy as np

from datong.terms.candidates import Ranking
from datong.terms.confidence import Confidence, per_text
from datong.terms.ragged import Array

DEPTHS = (5, 10)
CONFIDENCES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)


def measure(
    ranking: Ranking, right: Array, answers: Array, sure: Confidence
) -> dict[str, float]:
    """Measure ranked pairs.

    `right` is 1.0 where a pair is right; `answers` counts the right answers of each
    text, those that no pair names included.
    """
    question = ranking.pairs.question
    place = ranking.pairs.groups.rank(ranking.chance)
    texts = len(answers)
    top = per_text(question, right * (place == 0), texts)
    chosen = sure.chosen(ranking.membership, place)
    hit = per_text(question, right * chosen, texts)
    said = per_text(question, chosen.astype(float), texts)
    accepted = ranking.confidence >= sure.accept
    figures = {
        "texts": float(texts),
        "accuracy_at_1": float(top.mean()),
        "score": float((hit / np.maximum(np.maximum(said, answers), 1)).mean()),
        "precision": float(hit.sum() / max(said.sum(), 1)),
        "recall": float(hit.sum() / max(answers.sum(), 1)),
        "f1": float(2 * hit.sum() / max(said.sum() + answers.sum(), 1)),
        "auto_accept_share_at_99": float(accepted.mean()),
        "auto_accept_precision": float(top[accepted].mean()) if accepted.any() else 1.0,
        "calibration_error": calibration_error(ranking.confidence, top),
    }
    for depth in DEPTHS:
        found = per_text(question, right * (place < depth), texts) > 0
        figures[f"recall_at_{depth}"] = float(found.mean())
    return figures


def curve(confidence: Array, right: Array) -> list[list[float]]:
    """Return what is accepted from each confidence on: confidence, share, precision.

    `right` is 1.0 where the first answer of a text is right.
    """
    points = []
    for least in CONFIDENCES:
        accepted = confidence >= least
        if accepted.any():
            shares = (float(accepted.mean()), float(right[accepted].mean()))
            points.append([least, *shares])
    return points


def calibration_error(confidence: Array, right: Array, bins: int = 10) -> float:
    """Return the expected calibration error (Naeini et al. 2015)."""
    cell = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = np.bincount(cell, confidence - right, bins)
    return float(np.abs(gap).sum() / max(len(right), 1))
