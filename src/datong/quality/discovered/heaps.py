"""Which word stands in far too many rows, where words hardly come again.

In:  the columns of a table.
Out: rows with a word that may be a default: a number for all who had none, the day on
     which something was moved from another system.
"""

from collections.abc import Iterator

import numpy as np

from datong.engine.duckdb import Duck, literal
from datong.quality.discovered.cells import NEARLY, Broken, Column, Rows, Rule, counted

WORDS = 100  # different ones at least
FEWEST = 5  # rows of a heap
TIMES = 5  # as many rows as the most frequent of a hundred other words
OFTEN = 0.99


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find the columns whose words hardly come again, and the words that do."""
    rules = (_rule(column) for column in rows.columns)
    yield from counted(duck, rows, [one for one in rules if one is not None])


def _rule(column: Column) -> Rule | None:
    """Write the rule for a column that has one."""
    if len(column.words) < WORDS or column.is_quantity:
        return None
    filled = column.codes[column.codes >= 0]
    many = np.bincount(filled)
    usual = np.quantile(many[many > 0], OFTEN)
    heaps = np.flatnonzero(many >= max(FEWEST, TIMES * usual))
    if many[heaps].sum() > (1 - NEARLY) * filled.size:
        return None
    listed = ", ".join(literal(column.words[code]) for code in heaps.tolist())
    broken = f"{column.text} in ({listed})" if heaps.size else "false"
    return Rule("heaped_value", column.name, "", column.text, broken)
