"""Which cells of a column are empty though nearly all others like them are filled.

In:  the columns of a table.
Out: rows in which a column is empty that is filled in nearly all rows, or in nearly all
     with the same word in another column.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from datong.engine.duckdb import Duck, literal
from datong.quality.discovered.cells import (
    NEARLY,
    Broken,
    Codes,
    Column,
    Rows,
    Rule,
    counted,
)
from datong.quality.discovered.dependencies import GROUP, RARE, is_category

WORDS = 200  # of the other column at most
TOLD = 0.8  # of the filled rows have one of the words


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find the columns that should be filled, and where they are not."""
    tellers = [one for one in rows.columns if is_category(one)]
    rules = (_rule(column, tellers) for column in rows.columns)
    yield from counted(duck, rows, [one for one in rules if one is not None])


def _rule(column: Column, tellers: Sequence[Column]) -> Rule | None:
    """Write the rule for a column that has one."""
    empty = f"{column.text} is null"
    if column.filled >= NEARLY * column.codes.size:
        return Rule("unusually_empty", column.name, "", "1", empty)
    best, found = TOLD * column.filled, None
    for of in tellers:
        words = _filled(of, column) if of is not column else np.zeros(0, np.int64)
        told = int((column.codes[np.isin(of.codes, words)] >= 0).sum())
        if told > best:
            best, found = told, (of, words)
    if found is None:
        return None
    of, words = found
    listed = ", ".join(literal(of.words[code]) for code in words.tolist())
    some = f"{of.text} in ({listed})"
    spoken = f"case when {some} then 1 end"
    return Rule("unusually_empty", column.name, of.name, spoken, f"{some} and {empty}")


def _filled(of: Column, column: Column) -> Codes:
    """Return the words of a column with which the other is nearly always filled.

    None, where it is filled with some words sometimes, or with nearly all always.
    """
    known = of.codes >= 0
    rows = np.bincount(of.codes[known], minlength=len(of.words))
    filled = np.bincount(of.codes[known & (column.codes >= 0)], minlength=rows.size)
    is_filled = (rows >= GROUP) & (rows - filled <= np.maximum(1, RARE * rows))
    is_between = ~is_filled & (filled > np.maximum(1, RARE * rows))
    is_rule = is_filled.sum() <= WORDS and rows[is_between].sum() <= RARE * rows.sum()
    is_rule &= rows[~is_filled].sum() >= RARE * rows.sum()
    is_rule &= filled[is_filled].sum() >= NEARLY * rows[is_filled].sum()
    return np.flatnonzero(is_filled) if is_rule else np.zeros(0, np.int64)
