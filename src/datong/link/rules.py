"""Which rules block a table: pairs of columns, as loose as the cost allows.

Whoever agrees on two columns is compared; each column may be met exactly or by a looser
key. The cost of a rule is known before any pair is made, from a sample of the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from datong.link.arrays import Hashes, joined
from datong.link.block import CAP, Key, Rule, runs
from datong.link.columns.birth import BirthDate, BirthYear, Sex
from datong.link.columns.column import Column
from datong.link.table import Table

BUDGET = 8.0  # pairs of all rules for each record, above what all rules find
SHARE = 2.0  # pairs of one rule for each record, above what all rules find
SMALL = 3_000_000  # pairs that are always allowed
RARE = 25  # records that may share a rare word alone
_SAMPLED = 400_000  # rows that costs are estimated from
_EACH = 4  # rules for one pair of columns


@dataclass(frozen=True, slots=True)
class Priced:
    """A rule and its cost in pairs for each record."""

    rule: Rule
    cost: float


@dataclass(slots=True)
class Pricing:
    """Prices rules on the first rows, which are a sample: rows stand by their hash."""

    table: Table
    held: dict[Key, Hashes] = field(default_factory=dict)
    finer: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        """Order the columns that refine a block: the most telling first."""
        told = [(self.price((Key(k, "value"),))[0], k) for k in self.columns()]
        self.finer = tuple(Key(k, "value") for _, k in sorted(told))

    def columns(self) -> range:
        """Number the columns."""
        return range(len(self.table.columns))

    def key(self, key: Key) -> Hashes:
        """Return the hashes of a key in the sample."""
        if key not in self.held:
            column = self.table.columns[key.column]
            self.held[key] = column.key(key.name, slice(0, _SAMPLED))
        return self.held[key]

    def price(self, keys: tuple[Key, ...], cap: int = CAP) -> tuple[float, float]:
        """Return pairs for each record, and the share of records in large blocks."""
        parts = [self.key(key) for key in keys]
        width = max(part.shape[1] if part.ndim == 2 else 1 for part in parts)
        flat = [p.ravel() if p.ndim == 2 else np.repeat(p, width) for p in parts]
        held = joined(*flat)
        _, size = runs(np.sort(held[held != 0]))
        rows = len(parts[0])
        grown = max(self.table.size / max(rows, 1), 1.0)
        small = (size - 1) * grown + 1 <= cap
        pairs = (size[small].astype(float) * (size[small] - 1) / 2).sum() * grown
        cut = size[~small].sum() / max(rows, 1)
        return float(pairs / max(rows, 1) + cut), float(cut)

    def rule(self, *keys: Key) -> Priced | None:
        """Make a rule with its price; none where it never meets or cuts too much."""
        columns = {key.column for key in keys}
        rare = len(keys) == 1 and keys[0].name == "tokens"
        cap = RARE if rare else CAP
        cost, cut = self.price(keys, cap)
        # A rare word alone is worth its rule even where frequent words are cut.
        if cost == 0 or (cut > 0.5 and not rare):
            return None
        finer = tuple(key for key in self.finer if key.column not in columns)[:3]
        return Priced(Rule(keys, () if rare else finer, cap), cost)


def choose_rules(table: Table) -> list[Rule]:
    """Choose the rules for a table, the cheapest first until the budget is used.

    Pairs of one person are found by nearly every rule and are counted once: what the
    cheaper rules cost is taken to be these.
    """
    pricing = Pricing(table)
    share, budget = (
        max(n, SMALL * n / 8 / max(table.size, 1)) for n in (SHARE, BUDGET)
    )
    sides = list(combinations(_blocking(table), 2))
    strict = [pricing.rule(Key(a, "value"), Key(b, "value")) for a, b in sides]
    costs = sorted(priced.cost for priced in strict if priced) or [0.0]
    base = costs[len(costs) // 4]
    keys = [Key(k, name) for k, c in enumerate(table.columns) for name in c.keys]
    found = [pricing.rule(key) for key in keys]
    found += [p for pair in sides for p in _loosest(pricing, pair, base + share)]
    chosen: list[Rule] = []
    for priced in sorted(filter(None, found), key=lambda p: (p.cost, str(p.rule.keys))):
        more = max(priced.cost - base, 0.0)
        wider = any(_is_wider(rule, priced.rule) for rule in chosen)
        if more <= min(share, budget) and not wider:
            chosen.append(priced.rule)
            budget -= more
    return chosen


def _blocking(table: Table) -> list[int]:
    """Number the columns that say enough to be a side of a rule."""
    weak = (Sex, BirthYear)
    return [
        k
        for k, c in enumerate(table.columns)
        if type(c) not in weak and len(c.text) > 20
    ]


def _loosest(
    pricing: Pricing, sides: tuple[int, int], most: float
) -> Iterator[Priced | None]:
    """Yield the loosest rules of two columns that cost at most so much."""
    a, b = (pricing.table.columns[side] for side in sides)
    kept: list[Rule] = []
    for x, y in _by_looseness(a, b):
        keys = (Key(sides[0], x), Key(sides[1], y))
        priced = pricing.rule(*keys)
        if priced is None or priced.cost > most:
            continue
        if not any(_is_wider(rule, priced.rule) for rule in kept):
            kept.append(priced.rule)
            yield priced
        if len(kept) == _EACH:
            return


def _by_looseness(a: Column, b: Column) -> Iterator[tuple[str, str]]:
    """Order the pairs of keys of two columns, the loosest first."""
    if isinstance(a, BirthDate) and isinstance(b, BirthDate):
        return
    ranks = product(range(len(a.keys)), range(len(b.keys)))
    for x, y in sorted(ranks, key=lambda rank: (-sum(rank), rank)):
        if not a.keys[x] == b.keys[y] == "tokens":
            yield a.keys[x], b.keys[y]


def _is_wider(wide: Rule, narrow: Rule) -> bool:
    """Say whether a rule finds all that another finds: fewer or looser keys."""
    held = {key.column: key for key in narrow.keys}
    return wide.cap >= narrow.cap and all(
        key.column in held and _takes_in(key, held[key.column]) for key in wide.keys
    )


def _takes_in(wide: Key, narrow: Key) -> bool:
    """Say whether rows that share the narrow key share the wide one."""
    return wide == narrow or (narrow.name == "value" and narrow.column == wide.column)
