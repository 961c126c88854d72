"""Columns that emptied, codes that came or went, numbers that are spread otherwise.

Source of the bound 0.25 for a moved distribution: population stability index as credit
scoring uses it. Numbers of many things (laboratory values) are compared item by item: a
change in what is measured is no change of what is found.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log

from datong.engine.duckdb import Duck, quoted
from datong.quality.earlier.pair import Compared, Pair

EMPTIED = 0.5  # percent of rows by which a column may become emptier
MOVED = 0.25  # population stability index
COMMON = 0.5  # percent of rows from which a code that comes or goes is told
CODES = 2_000  # a column with more distinct values holds no codes
ENOUGH = 200  # values of an item on each side, before its spread says something
STEPS = 5  # different tenths that a spread needs
CODED = ("_code", "_concept_id", "_source_value")
ITEMS = ("item_code", "sign_code", "measurement_concept_id", "observation_concept_id")
NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT")
TENTHS = [n / 10 for n in range(1, 10)]


def emptied(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find columns that are filled less than before."""
    columns = ", ".join(f"count({quoted(c)})" for c in pair.columns)
    rows = [
        [int(str(n)) for n in duck.one(f"select count(*), {columns} from {side}")]
        for side in (pair.then, pair.now)
    ]
    (size, *filled), (later, *left) = rows
    for column, had, has in zip(pair.columns, filled, left, strict=True):
        fewer = had / size - (has / later if later else 0)
        bad = round(fewer * later) if fewer * 100 > EMPTIED else 0
        yield Compared("column_emptied", column, later, bad)


def codes(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find common codes that came or went."""
    for column in pair.columns:
        if not column.endswith(CODED) or column == "person_source_value":
            continue
        then, now = (_shares(duck, side, column) for side in (pair.then, pair.now))
        if not 0 < len(then) <= CODES or not now:
            continue
        came = {code for code in now if code not in then and now[code] > COMMON}
        went = {code for code in then if code not in now and then[code] > COMMON}
        odd = tuple(sorted(f"+{code}" for code in came))
        odd += tuple(sorted(f"-{code}" for code in went))
        size, unit = len(then | now), "values"
        yield Compared("code_new_or_lost", column, size, len(odd), odd, unit=unit)


def _shares(duck: Duck, side: str, column: str) -> dict[str, float]:
    """Return the share of each value of a column, in percent."""
    sql = f"select cast({quoted(column)} as varchar) as v, count(*) as n from {side}"
    found = duck.fetch(f"{sql} where {quoted(column)} is not null group by 1")
    values, counts = found.to_pydict()["v"], found.to_pydict()["n"]
    whole = sum(counts) or 1
    return {v: 100 * n / whole for v, n in zip(values, counts, strict=True)}


def moved(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find numbers that are spread otherwise, by tenths of what was."""
    named = [quoted(name) for name in ITEMS if name in pair.columns]
    item = f"cast({named[0]} as varchar)" if named else "''"
    for column, kind in pair.columns.items():
        if kind.startswith(NUMBERS):
            indexes = _indexes(duck, pair, column, item)
            odd = tuple(name for name, index in indexes.items() if index > MOVED)
            size, keys = len(indexes), tuple(name for name in odd if name)
            yield Compared(
                "distribution_moved", column, size, len(odd), keys, unit="values"
            )


def _indexes(duck: Duck, pair: Pair, column: str, item: str) -> dict[str, float]:
    """Return how far each item's numbers moved: its population stability index."""
    value = f"cast({quoted(column)} as double)"
    numbers = (
        f"select {item} as item, {value} as v from {{side}} where {value} is not null"
    )
    edges = duck.fetch(
        f"select item, quantile_cont(v, {TENTHS}) as edges"
        f" from ({numbers.format(side=pair.then)}) q group by 1"
        f" having count(*) >= {ENOUGH} and item is not null"
    )
    duck.see("tenths", edges)
    sides = [_tenths(duck, numbers.format(side=side)) for side in (pair.then, pair.now)]
    steps = {r["item"]: len(set(r["edges"])) for r in edges.to_pylist()}
    then, now = sides
    return {
        name: _index(then[name], now[name])
        for name, many in steps.items()
        if many >= STEPS and sum(now.get(name, ())) >= ENOUGH
    }


def _tenths(duck: Duck, numbers: str) -> dict[str, list[int]]:
    """Count the numbers of each item between the tenths of what was."""
    sql = (
        "select q.item, len(list_filter(t.edges, lambda e: e < q.v)) as place,"
        f" count(*) as n from ({numbers}) q join tenths t on t.item = q.item"
        " group by all"
    )
    found: dict[str, list[int]] = defaultdict(lambda: [0] * (len(TENTHS) + 1))
    for row in duck.fetch(sql).to_pylist():
        found[row["item"]][row["place"]] = row["n"]
    return found


def _index(then: Sequence[int], now: Sequence[int]) -> float:
    """Return the population stability index of two spreads; no share is quite zero."""
    before, after = ([max(n / sum(s), 1e-4) for n in s] for s in (then, now))
    return sum((b - a) * log(b / a) for a, b in zip(before, after, strict=True))
