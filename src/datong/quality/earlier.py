"""What changed since an earlier release: rows, columns, codes, values, hospitals.

In:  the same tables in an earlier release and now.
Out: findings about what the past does not explain.

A month is closed when the earlier release already had a later one: what was known then
should still be known, and nothing new should have happened in it. Source of the bound
0.25 for a moved distribution: population stability index as credit scoring uses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log

from datong.core.check import Severity
from datong.core.say import Say
from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.volume import event_date

SHOWN = 1_000
EMPTIED = 0.5  # percent of rows by which a column may become emptier
MOVED = 0.25  # population stability index
COMMON = 0.5  # percent of rows from which a code that comes or goes is told
WHY = {
    "rows_lost": Say(
        "Rows of closed months that the earlier release had are gone.",
        "早先版本中已结账月份的记录消失了。",
    ),
    "rows_added_to_closed_months": Say(
        "Rows of closed months appeared that the earlier release did not have.",
        "已结账月份中出现了早先版本没有的记录。",
    ),
    "rows_changed": Say(
        "Rows of closed months changed a value.", "已结账月份的记录中有值发生变化。"
    ),
    "column_emptied": Say(
        "A column is filled less than before.", "某列的填写率低于此前。"
    ),
    "code_new_or_lost": Say("A common code came or went.", "常用编码突然出现或消失。"),
    "distribution_moved": Say(
        "The values of a column are spread otherwise.", "某列数值的分布发生偏移。"
    ),
    "hospital_fell_silent": Say(
        "An organization that had rows in each month has none in the last.",
        "此前每月都有数据的机构，最近一个月没有数据。",
    ),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One table then and now: readable names, columns with types, what names a row."""

    table: str
    then: str
    now: str
    columns: Mapping[str, str]
    key: str
    date: str  # the event's date, empty without one

    @property
    def closed(self) -> str:
        """Write that a row (as `t`) lies in a month that was closed then."""
        if not self.date:
            return "true"
        name = quoted(self.date)
        last = f"(select date_trunc('month', max({name})) from {self.then})"
        return f"(t.{name} is null or t.{name} < {last})"


def compare(
    duck: Duck, before: Mapping[str, Input], now: Mapping[str, Input], layer: str
) -> list[Finding]:
    """Compare every table that both releases have."""
    found: list[Finding] = []
    for table in before.keys() & now.keys():
        pair = _pair(duck, table, before[table], now[table])
        if pair is not None:
            found += [_finding(layer, pair, *one) for one in _compared(duck, pair)]
    return found


def _pair(duck: Duck, table: str, before: Input, now: Input) -> Pair | None:
    """Make both readable; None where no column is common or nothing was there."""
    duck.see(f"before {table}", before)
    duck.see(f"now {table}", now)
    held = []
    for side in ("before", "now"):
        sql = f"describe select * from {quoted(f'{side} {table}')}"
        described = duck.fetch(sql).to_pydict()
        held.append(
            dict(zip(described["column_name"], described["column_type"], strict=True))
        )
    common = {name: kind for name, kind in held[1].items() if name in held[0]}
    then, later = (quoted(f"{side} {table}") for side in ("before", "now"))
    if not common or not duck.one(f"select count(*) from {then}")[0]:
        return None
    key = "record" if "record" in common else next(iter(common))
    return Pair(table, then, later, common, key, event_date(table, common))


Compared = tuple[str, str, int, int, tuple[str, ...]]  # type, column, of, bad, keys


def _compared(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Compare one table in every way."""
    yield _only_in(duck, pair, "rows_lost", pair.then, pair.now)
    yield _only_in(duck, pair, "rows_added_to_closed_months", pair.now, pair.then)
    yield _changed(duck, pair)
    yield from _emptied(duck, pair)
    yield from _codes(duck, pair)
    yield from _moved(duck, pair)
    if "organization" in pair.columns and pair.date:
        yield _silent(duck, pair)


def _only_in(duck: Duck, pair: Pair, name: str, here: str, there: str) -> Compared:
    """Find rows of closed months that only one release has."""
    key = quoted(pair.key)
    source = f"{here} t anti join {there} o on o.{key} = t.{key} where {pair.closed}"
    keys, bad = _keys(duck, f"select t.{key} from {source}")
    examined = f"select count(*) from {here} t where {pair.closed}"
    return name, "", _number(duck, examined), bad, keys


def _changed(duck: Duck, pair: Pair) -> Compared:
    """Find rows of closed months with the same key and another content."""
    key = quoted(pair.key)
    same = [c for c in pair.columns if not c.startswith("_") and c != pair.key]
    differ = " or ".join(f"t.{quoted(c)} is distinct from o.{quoted(c)}" for c in same)
    source = f"{pair.now} t join {pair.then} o on o.{key} = t.{key} where {pair.closed}"
    keys, bad = _keys(duck, f"select t.{key} from {source} and ({differ or 'false'})")
    examined = f"select count(*) from {pair.now} t where {pair.closed}"
    return "rows_changed", "", _number(duck, examined), bad, keys


def _emptied(duck: Duck, pair: Pair) -> Iterator[Compared]:
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
        yield "column_emptied", column, later, bad, ()


def _codes(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find common codes that came or went."""
    for column in (c for c in pair.columns if c.endswith(("_code", "_concept_id"))):
        then, now = (_shares(duck, side, column) for side in (pair.then, pair.now))
        if not 0 < len(then) <= 2_000 or not now:
            continue
        came = {code for code in now if code not in then and now[code] > COMMON}
        went = {code for code in then if code not in now and then[code] > COMMON}
        odd = tuple(sorted(came | went))
        yield "code_new_or_lost", column, len(then | now), len(odd), odd


def _shares(duck: Duck, side: str, column: str) -> dict[str, float]:
    """Return the share of each value of a column, in percent."""
    sql = f"select cast({quoted(column)} as varchar) as v, count(*) as n from {side}"
    found = duck.fetch(f"{sql} where {quoted(column)} is not null group by 1")
    values, counts = found.to_pydict()["v"], found.to_pydict()["n"]
    whole = sum(counts) or 1
    return {v: 100 * n / whole for v, n in zip(values, counts, strict=True)}


def _moved(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find numbers that are spread otherwise, by tenths of what was."""
    for column, kind in pair.columns.items():
        if not kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
            continue
        name = f"cast({quoted(column)} as double)"
        tenths = [n / 10 for n in range(1, 10)]
        sql = f"select quantile_cont({name}, {tenths}) as q from {pair.then}"
        edges = duck.fetch(sql).to_pydict()["q"][0]
        if not edges or len(set(edges)) < 5:
            continue
        then, now = (_tenths(duck, s, name, edges) for s in (pair.then, pair.now))
        index = sum((b - a) * log(b / a) for a, b in zip(then, now, strict=True))
        yield "distribution_moved", column, 1, int(index > MOVED), ()


def _tenths(duck: Duck, side: str, name: str, edges: list[float]) -> list[float]:
    """Return the share of rows between edges, never quite zero."""
    bounds = sorted(set(edges))
    within = [f"count(*) filter (where {name} <= {edge!r})" for edge in bounds]
    row = duck.one(f"select {', '.join([*within, f'count({name})'])} from {side}")
    reached = [0, *(int(str(n)) for n in row)]
    whole = reached[-1] or 1
    parts = pairwise(reached)
    return [max((after - before) / whole, 1e-4) for before, after in parts]


def _silent(duck: Duck, pair: Pair) -> Compared:
    """Find organizations with rows in the month before last and none in the last."""
    month = f"date_trunc('month', {quoted(pair.date)})"
    last = f"(select max({month}) from {pair.now})"
    of = f"select distinct organization from {pair.now} where {month}"
    sql = f"{of} = {last} - interval 1 month except {of} = {last}"
    keys, bad = _keys(duck, sql)
    whole = f"select count(distinct organization) from {pair.now}"
    return "hospital_fell_silent", "organization", _number(duck, whole), bad, keys


def _keys(duck: Duck, sql: str) -> tuple[tuple[str, ...], int]:
    """Fetch the first keys of a query and count all."""
    bad = _number(duck, f"select count(*) from ({sql}) q")
    if not bad:
        return (), 0
    found = duck.fetch(f"select * from ({sql}) q order by 1 limit {SHOWN}").column(0)
    return tuple(str(key) for key in found.to_pylist()), bad


def _number(duck: Duck, sql: str) -> int:
    """Ask for one number."""
    return int(str(duck.one(sql)[0]))


def _finding(
    layer: str,
    pair: Pair,
    *told: *Compared,
) -> Finding:
    """Put a finding together."""
    name, column, examined, bad, keys = told
    gravest = name in ("rows_lost", "hospital_fell_silent")
    return Finding(
        layer=layer,
        type=name,
        table=pair.table,
        column=column,
        concept="",
        argument="",
        examined=examined,
        bad=bad,
        unit="rows",
        threshold=None,
        verdict=judge(examined, bad, None) if examined or bad else Verdict.SKIPPED,
        severity=Severity.ERROR if gravest else Severity.WARNING,
        category="plausibility",
        subcategory="temporal",
        keys=keys,
    )
