"""Which time of a row comes before which, and how far apart they usually are.

In:  the columns of a table that hold times.
Out: rows in which they come the other way round, or a very unusual time apart.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from datong.engine.duckdb import Duck
from datong.quality.discovered.cells import (
    LEAST,
    NEARLY,
    Broken,
    Column,
    Rows,
    Rule,
    counted,
)

APART = 0.3  # of the rows have different times, else it is one time written twice


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find the pairs of times that have an order, and the rows that break it."""
    yield from counted(duck, rows, [_rule(*pair) for pair in orders(rows.columns)])


def _rule(first: Column, then: Column) -> Rule:
    """Write the rule for two times, as days where one has no more."""
    left, right = first.time, then.time
    if "%H" not in first.form or "%H" not in then.form:
        left, right = f"cast({left} as date)", f"cast({right} as date)"
    both = f"case when {right} is not null then {left} end"
    return Rule("breaks_order", then.name, first.name, both, f"{left} > {right}")


def orders(columns: Sequence[Column]) -> list[tuple[Column, Column]]:
    """Return the pairs that nearly all rows have in order, none that others imply."""
    times = [one for one in columns if one.times is not None]
    held = {(a.name, b.name): (a, b) for a, b in permutations(times, 2) if _holds(a, b)}
    return [
        pair
        for (a, b), pair in held.items()
        if not any((a, c.name) in held and (c.name, b) in held for c in times)
    ]


def _holds(first: Column, then: Column) -> bool:
    """Tell whether one time comes before the other, or with it, in nearly all rows."""
    if first.times is None or then.times is None:
        return False
    apart = then.times - first.times
    if "%H" not in first.form or "%H" not in then.form:
        day = 86_400
        apart = np.floor(then.times / day) - np.floor(first.times / day)
    known = np.isfinite(apart)
    many = int(known.sum())
    after, same = int((apart[known] > 0).sum()), int((apart[known] == 0).sum())
    return many >= LEAST and after >= APART * many and after + same >= NEARLY * many
