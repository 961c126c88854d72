"""Gradient-boosted trees over the columns of pairs (LightGBM; Ke et al. 2017)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from datong.terms.candidates import WAYS, Pairs
from datong.terms.features import matrix
from datong.terms.ragged import Array

SIEVED = 30  # pairs a question that the edits look at
RANKED = 16  # pairs a question that the ranker looks at
_SIEVE = {"num_leaves": 15, "learning_rate": 0.2, "min_data_in_leaf": 50}
_CHOOSE = {
    "num_leaves": 7,
    "learning_rate": 0.06,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
}
_RANK = {
    "num_leaves": 31,
    "learning_rate": 0.06,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
}


@dataclass(slots=True)
class Trees:
    """Trees, the columns that they read, and how many threads they may use."""

    booster: lightgbm.Booster
    columns: list[str]

    def chance(self, pairs: Pairs, threads: int = 1) -> Array:
        """Return the chance that each pair is right."""
        if not len(pairs):
            return np.zeros(0)
        table = matrix(pairs, self.columns)
        return np.asarray(self.booster.predict(table, num_threads=threads))

    def written(self) -> dict[str, object]:
        """Write them as text."""
        return {"columns": self.columns, "trees": self.booster.model_to_string()}

    @classmethod
    def read(cls, written: dict[str, object]) -> "Trees":
        """Read them from text."""
        columns = written["columns"]
        assert isinstance(columns, list)  # noqa: S101 - what we wrote ourselves
        return cls(lightgbm.Booster(model_str=str(written["trees"])), columns)


def grow(
    pairs: Pairs,
    columns: Sequence[str],
    right: Array,
    *,
    rounds: int,
    settings: Mapping[str, float] = _RANK,
) -> Trees:
    """Grow trees that tell right pairs from wrong ones."""
    told = {
        **settings,
        "objective": "binary",
        "num_threads": 1,
        "seed": 7,
        "deterministic": True,
        "force_row_wise": True,
        "max_bin": 63,
        "verbose": -1,
    }
    data = lightgbm.Dataset(matrix(pairs, columns), right)
    return Trees(lightgbm.train(told, data, rounds), list(columns))


def sieve_of(pairs: Pairs, columns: Sequence[str], right: Array) -> Trees:
    """Grow the trees that leave out the hopeless."""
    return grow(pairs, columns, right, rounds=30, settings=_SIEVE)


def chooser_of(pairs: Pairs, columns: Sequence[str], right: Array) -> Trees:
    """Grow the trees that choose the answers."""
    return grow(pairs, columns, right, rounds=120, settings=_CHOOSE)


def add_ranks(pairs: Pairs) -> list[str]:
    """Add the ranks of each way of finding; return the columns that a sieve reads."""
    groups = pairs.groups
    ways = [*WAYS, "votes"]
    for way in ways:
        pairs.values[f"{way}_place"] = groups.rank(pairs.values[way])
    return [*ways, "witnesses", *(f"{way}_place" for way in ways)]


def first(pairs: Pairs, score: Array, number: int) -> Array:
    """Flag the best `number` pairs of each question."""
    return pairs.groups.rank(score) < number
