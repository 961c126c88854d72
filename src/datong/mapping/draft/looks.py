"""What the values of a column look like, by the patterns of words/looks.toml.

In:  the usual values of a column.
Out: the share of its rows that each look fits.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WORDS = files("datong.mapping.draft") / "words"
# Looks that only strengthen another: words where a code would do as well.
STRONGER = {
    "sex": "sexword",
    "marital": "maritalword",
    "nation": "nationword",
    "flag": "flagword",
    "plan": "planword",
    "dept": "deptword",
    "feeclass": "feeword",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One look, and what it says for and against a field (log odds)."""

    name: str
    pattern: re.Pattern[str]
    pos: float
    neg: float


@cache
def all_looks() -> dict[str, Look]:
    """Read the patterns."""
    said = tomllib.loads((WORDS / "looks.toml").read_text(encoding="utf-8"))
    return {
        name: Look(
            name, re.compile(one["pattern"], re.IGNORECASE), one["pos"], one["neg"]
        )
        for name, one in said.items()
    }


def looks_of(values: Iterable[tuple[str, int]]) -> dict[str, float]:
    """Return the share of values, by how often they come, that each look fits."""
    values = list(values)
    total = sum(count for _, count in values)
    if not total:
        return {}
    return {
        name: sum(count for text, count in values if look.pattern.fullmatch(text))
        / total
        for name, look in all_looks().items()
    }


def evidence(shares: dict[str, float], wanted: str) -> float:
    """Weigh (log odds) how well the looks of a column fit one of several looks."""
    if not shares or not wanted:
        return 0.0
    return max(_weigh(shares, name) for name in wanted.split("|"))


def _weigh(shares: dict[str, float], name: str) -> float:
    """Weigh one look: half of the values say nothing."""
    look, share = all_looks()[name], shares.get(name, 0.0)
    if share < 0.5:
        return -look.neg * (1 - 2 * share)
    weight = look.pos * (2 * share - 1)
    stronger = STRONGER.get(name)
    if stronger and shares.get(stronger, 0.0) > 0.5:
        weight += all_looks()[stronger].pos * (2 * shares[stronger] - 1)
    return weight
