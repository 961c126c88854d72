"""What stands once in a table: numbers that name a row, and rows as a whole.

In:  the columns of a table.
Out: rows whose number another row has, and rows that are another one once more.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from datong.engine.duckdb import Duck, quoted
from datong.quality.discovered.cells import NEARLY, Broken, Column, Rows

ONCE = 0.985  # of the rows have a number for themselves
LOOKED = 300  # words that tell what they are
WIDEST = 200  # the last running number that is one
STRANGE = 100  # to one, that no two rows are alike by chance
FREQUENT = 0.02  # of the rows: running numbers that are rarer may be mistakes


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find what should be there once and is not."""
    numbers = [one for one in rows.columns if _is_identifier(one)]
    yield from _shared(duck, rows, numbers)
    yield from _twice(duck, rows, [one for one in rows.columns if one not in numbers])


def _shared(duck: Duck, rows: Rows, numbers: Sequence[Column]) -> Iterator[Broken]:
    """Find numbers that rows share which differ in something else."""
    counts = [f"count({n.text}), count(distinct {n.text})" for n in numbers]
    if not counts:
        return
    counted = duck.one(f"select {', '.join(counts)} from {rows.source}")
    held = [int(str(number)) for number in counted]
    for column, filled, apart in zip(numbers, held[::2], held[1::2], strict=True):
        rest = [one for one in rows.columns if one is not column]
        if apart == filled:
            yield Broken("repeats_number", column.name, "", filled, 0, "")
        elif rest and apart >= ONCE * filled:
            pair = column.text, _row(rest)
            yield from _repeated(duck, rows, pair, column.name)


def _twice(duck: Duck, rows: Rows, columns: Sequence[Column]) -> Iterator[Broken]:
    """Find rows that are another one once more; running numbers may differ."""
    most = 0
    for left_out in [None, *(one for one in columns if _is_running(one))]:
        compared = [one for one in columns if one is not left_out]
        if _is_telling(compared, rows.many):
            name = left_out.name if left_out else ""
            for one in _repeated(duck, rows, (_row(compared), ""), name):
                if one.bad > most or left_out is None:
                    most = one.bad
                    yield one


def _is_telling(columns: Sequence[Column], many: int) -> bool:
    """Tell whether two rows hardly have all words in common by chance."""
    combinations = sum(math.log(max(1, len(one.words))) for one in columns)
    return combinations > math.log(STRANGE) + 2 * math.log(max(1, many))


def _row(columns: Sequence[Column]) -> str:
    """Write some columns of a row as one."""
    return f"hash({', '.join(f't.{quoted(one.name)}' for one in columns)})"


def _repeated(
    duck: Duck, rows: Rows, pair: tuple[str, str], column: str
) -> Iterator[Broken]:
    """Count the rows of values that come more than once, where nearly none does.

    The pair is a value and what must differ, so that it counts as once more.
    """
    value, other = pair
    is_more = f"min({other}) <> max({other})" if other else "count(*) > 1"
    held = f"select {value} as value, count(*) as n, {is_more} as is_more"
    held += f" from {rows.source} where {value} is not null group by 1"
    sql = "select coalesce(sum(n), 0), count(*)"
    sql += ", coalesce(sum(n) filter (is_more), 0)"
    examined, once, bad = (int(str(n)) for n in duck.one(f"{sql} from ({held})"))
    if examined and once >= ONCE * examined:
        keys = f"select {rows.key} from {rows.source} where {value} in"
        keys += f" (select value from ({held}) where is_more)"
        name = "repeats_number" if other else "row_twice"
        yield Broken(name, column, "", examined, bad, keys)


def _is_identifier(column: Column) -> bool:
    """Tell whether nearly each row has its own number, as systems give them."""
    if len(column.words) < NEARLY * column.filled or column.times is not None:
        return False
    some = column.words[:LOOKED]
    given = sum(word.isascii() and "." not in word for word in some)
    digits = sum(any(map(str.isdecimal, word)) for word in some)
    return min(given, digits) >= NEARLY * len(some)


def _is_running(column: Column) -> bool:
    """Tell whether a column counts the rows of something: 1, 2, 3.

    As many rows have the number n as there are lists of that length or longer, so
    that a later number is never there more often.
    """
    if column.numbers is None:
        return False
    held, counts = np.unique(
        column.numbers[np.isfinite(column.numbers)], return_counts=True
    )
    often = counts >= FREQUENT * counts.sum()
    held, counts = held[often], counts[often]
    if len(held) < 2 or held[0] not in (0, 1) or held[-1] > WIDEST:
        return False
    # In a sample a later number may by chance be there a little more often.
    is_less = np.diff(counts) <= 3 * np.sqrt(counts[:-1])
    return bool((np.diff(held) == 1).all() and is_less.all())
