"""Rows of closed months that went, came, changed or were given other keys.

A row that has another key and the same content was renumbered: its file was delivered
again. One that went and one that came for the same person on the same date is one that
changed. Only what is then left was lost or added.
"""

from collections import defaultdict
from collections.abc import Iterator

from datong.engine.duckdb import Duck, quoted
from datong.quality.earlier.pair import Compared, Pair
from datong.quality.finding import Groups

SHOWN = 1_000
TOLD = {
    "lost": "rows_lost",
    "came": "rows_added_to_closed_months",
    "changed": "rows_changed",
    "renumbered": "rows_renumbered",
}
PAIRED = """
select *, row_number() over (partition by {by} order by key) as n from {rows}
"""
MOVES = """
with went as ({lost}), came as ({came}),
went_same as ({went_by_content}), came_same as ({came_by_content}),
went_left as (from went_same w
  anti join came_same c on w.content = c.content and w.n = c.n),
came_left as (from came_same c
  anti join went_same w on w.content = c.content and w.n = c.n),
went_here as ({went_by_event}), came_here as ({came_by_event})
select 'lost' as what, w.key, w.site, w.month from went_here w
  anti join came_here c on c.event = w.event and c.n = w.n
union all
select 'came', c.key, c.site, c.month from came_here c
  anti join went_here w on c.event = w.event and c.n = w.n
union all
select 'changed', c.key, c.site, c.month from came_here c
  join went_here w on c.event = w.event and c.n = w.n
union all
select 'renumbered', c.key, c.site, c.month from came_same c
  join went_same w on w.content = c.content and w.n = c.n
"""


def changed_rows(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Say how many rows of closed months went, came, changed, were renumbered."""
    moves = _moves(pair)
    if pair.key:
        moves = f"({moves}) union all {_in_place(pair)}"
    duck.see("moved rows", duck.fetch(moves))
    whole = {side: _examined(duck, pair, side) for side in (pair.then, pair.now)}
    for what, name in TOLD.items():
        if what == "renumbered" and not pair.key:
            continue
        examined, groups = whole[pair.then if what == "lost" else pair.now]
        bad, split = _counted(duck, what)
        keys = _keys(duck, what) if bad and pair.key else ()
        yield Compared(name, "", examined, bad, keys, _grouped(groups, split))


def _moves(pair: Pair) -> str:
    """Write the query for all rows that only one side has."""
    by_key = ""
    if pair.key:
        key = quoted(pair.key)
        by_key = f" anti join {{other}} o on o.{key} = t.{key}"
    sides = {"lost": (pair.then, pair.now), "came": (pair.now, pair.then)}
    made = {
        name: f"select {_facts(pair)} from {here} t{by_key.format(other=other)}"
        f" where {pair.closed}"
        for name, (here, other) in sides.items()
    }
    for side in ("went", "came"):
        made[f"{side}_by_content"] = PAIRED.format(by="content", rows=side)
        made[f"{side}_by_event"] = PAIRED.format(by="event", rows=f"{side}_left")
        made[f"{side}_by_event"] = made[f"{side}_by_event"].replace(
            "select *,", "select * exclude (n),"
        )
    return MOVES.format(**made)


def _facts(pair: Pair) -> str:
    """Write what is compared of a row: key, content, the event it tells of, labels."""
    key = f"t.{quoted(pair.key)}" if pair.key else "0"
    person = [c for c in ("person", "person_id") if c in pair.columns]
    event = [*person, pair.date, *([pair.site] if pair.site else [])]
    is_event = person and pair.date
    return (
        f"{key} as key, {_hash(pair.content)} as content,"
        f" {_hash(event) if is_event else 'null'} as event, {pair.labels()}"
    )


def _hash(columns: tuple[str, ...] | list[str]) -> str:
    """Write one number for what stands in several columns."""
    return f"hash({', '.join(f't.{quoted(c)}' for c in columns) or '0'})"


def _in_place(pair: Pair) -> str:
    """Write the query for rows with the same key and another content."""
    key = quoted(pair.key)
    differ = (f"t.{quoted(c)} is distinct from o.{quoted(c)}" for c in pair.content)
    return (
        f"select 'changed', t.{key}, {pair.labels()} from {pair.now} t"
        f" join {pair.then} o on o.{key} = t.{key}"
        f" where {pair.closed} and ({' or '.join(differ) or 'false'})"
    )


Split = dict[str, dict[str, int]]  # of site and month, for each label: rows


def _examined(duck: Duck, pair: Pair, side: str) -> tuple[int, Split]:
    """Count the rows of closed months of one side."""
    sql = f"select {pair.labels()} from {side} t where {pair.closed}"
    return _sums(duck, f"({sql})")


def _counted(duck: Duck, what: str) -> tuple[int, Split]:
    """Count the rows of one kind of change."""
    return _sums(duck, f"(from \"moved rows\" where what = '{what}')")


def _sums(duck: Duck, source: str) -> tuple[int, Split]:
    """Count rows in all, by site and by month."""
    sql = f"select site, month, count(*) as n from {source} q group by all"
    split: Split = defaultdict(lambda: defaultdict(int))
    whole = 0
    for row in duck.fetch(sql).to_pylist():
        whole += row["n"]
        for group in ("site", "month"):
            if row[group]:
                split[group][row[group]] += row["n"]
    return whole, split


def _grouped(examined: Split, bad: Split) -> Groups:
    """Put the counts of both together."""
    return {
        group: {
            label: (n, bad.get(group, {}).get(label, 0)) for label, n in labels.items()
        }
        for group, labels in examined.items()
    }


def _keys(duck: Duck, what: str) -> tuple[str, ...]:
    """Name the first rows of one kind of change."""
    sql = f"select key from \"moved rows\" where what = '{what}' order by 1"
    found = duck.fetch(f"{sql} limit {SHOWN}").column(0)
    return tuple(str(key) for key in found.to_pylist())
