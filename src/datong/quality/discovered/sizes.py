"""How large the numbers of a column are, each beside those of the same word.

In:  the columns of a table.
Out: rows whose number is several times what the others of its test or drug are.

A number is far off where it lies beyond the middle nine tenths by one and a half times
their width, as numbers and as logarithms, and by a factor of four at least. Long tails
reach far, so that what is merely high is not told.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from datong.engine.duckdb import Duck, quoted
from datong.quality.discovered.cells import (
    LEAST,
    NEARLY,
    Broken,
    Codes,
    Column,
    Numbers,
    Rows,
)
from datong.quality.discovered.dependencies import GROUP, GROUP_OF_SAMPLE, is_category

ENDS = (0.05, 0.95)
WIDTHS = 1.5  # of the middle nine tenths
FACTOR = 0.6  # logarithm of four


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find the numbers that lie far from those of the same word."""
    for column in rows.columns:
        if column.is_quantity and len(column.words) > 1:
            of = teller(column, rows.columns)
            if (one := _broken(duck, rows, column, of)) is not None:
                yield one


def teller(column: Column, columns: Sequence[Column]) -> Column | None:
    """Choose the column within whose words the numbers are nearest together."""
    sizes = _sizes(column)
    best, found = NEARLY * _spread(sizes, np.zeros(sizes.size, np.int64)), None
    for of in columns:
        if is_category(of):
            spread = _spread(sizes, of.codes)
            if spread < best:
                best, found = spread, of
    return found


def _sizes(column: Column) -> Numbers:
    """Return the logarithms of a column's numbers, not a number for none and zero."""
    with np.errstate(divide="ignore"):
        sizes = np.log10(np.abs(np.asarray(column.numbers, np.float64)))
    return np.where(np.isfinite(sizes), sizes, np.nan)


def _groups(sizes: Numbers, codes: Codes) -> Iterator[tuple[int, Numbers]]:
    """Return the sizes of each word that enough rows have, in their order."""
    known = np.isfinite(sizes) & (codes >= 0)
    order = np.lexsort((sizes[known], codes[known]))
    held, words = sizes[known][order], codes[known][order]
    starts = np.flatnonzero(np.diff(words, prepend=-2))
    for some in np.split(np.arange(words.size), starts[1:]):
        if some.size >= GROUP_OF_SAMPLE:
            yield int(words[some[0]]), held[some]


def _spread(sizes: Numbers, codes: Codes) -> float:
    """Return how far numbers are from the middle of their word, on the average.

    Rows of words that few have count as far off.
    """
    known = np.isfinite(sizes) & (codes >= 0)
    if known.sum() < LEAST:
        return np.inf
    order = np.lexsort((sizes[known], codes[known]))
    held, words = sizes[known][order], codes[known][order]
    starts = np.flatnonzero(np.diff(words, prepend=-2))
    counts = np.diff(np.append(starts, words.size))
    apart = np.abs(held - np.repeat(held[starts + counts // 2], counts))
    return float(np.where(np.repeat(counts < GROUP_OF_SAMPLE, counts), 1, apart).mean())


def _reach(sizes: Numbers) -> tuple[float, float]:
    """Return how small and how large numbers with such logarithms may be."""
    first, last = np.quantile(sizes, ENDS)
    factor = 10 ** max(FACTOR, WIDTHS * (last - first))
    low, high = 10**first, 10**last
    width = WIDTHS * (high - low)
    return float(min(low / factor, low - width)), float(
        max(high * factor, high + width)
    )


def _broken(duck: Duck, rows: Rows, column: Column, of: Column | None) -> Broken | None:
    """Count the numbers that lie far off."""
    codes = of.codes if of else np.where(np.isfinite(_sizes(column)), 0, -1)
    words, low, high = [], [], []
    for code, held in _groups(_sizes(column), codes):
        if held.size >= GROUP:
            first, last = _reach(held)
            words.append(of.words[code] if of else "")
            low.append(first)
            high.append(last)
    if not words:
        return None
    name = f"usual {column.name}"
    duck.see(name, pa.table({"word": words, "low": low, "high": high}))
    word = of.text if of else "''"
    joined = f"{rows.source} join {quoted(name)} u on u.word = {word}"
    wrong = f"{column.number} <> 0 and {column.number} not between u.low and u.high"
    sql = f"select count({column.number}), count_if({wrong}) from {joined}"
    examined, bad = (int(str(number)) for number in duck.one(sql))
    if bad > (1 - NEARLY) * examined:
        return None
    keys = f"select {rows.key} from {joined} where {wrong}"
    told = of.name if of else ""
    return Broken("unusual_size", column.name, told, examined, bad, keys)
