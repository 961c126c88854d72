"""Organizations that sent something each month and then fell silent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from statistics import median

from datong.engine.duckdb import Duck, quoted
from datong.quality.earlier.pair import Compared, Pair

REGULAR = 10  # rows a month: fewer may come by chance not to come
MONTHS = 3  # in a row, before a silence means something
Counts = Mapping[str, Mapping[str, int]]  # by month, by site: rows


def silent(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Find who had rows in each of the last full months then, and has none now.

    The last month is the last one that is full: a few rows of the next do not make all
    others silent.
    """
    if not pair.site or not pair.date:
        return
    then, now = (_counts(duck, side, pair) for side in (pair.then, pair.now))
    known, last = _full(then)[-MONTHS:], _full(now)[-1:]
    regular = (
        {
            site
            for site in then.get(known[-1], {})
            if all(then[month].get(site, 0) >= REGULAR for month in known)
        }
        if known
        else set()
    )
    gone = {site for site in regular if last and not now[last[0]].get(site)}
    keys = tuple(sorted(gone))
    yield Compared(
        "hospital_fell_silent", pair.site, len(regular), len(gone), keys, unit="sites"
    )


def _counts(duck: Duck, side: str, pair: Pair) -> Counts:
    """Count rows by month and site."""
    date, site = quoted(pair.date), quoted(pair.site)
    sql = (
        f"select strftime({date}, '%Y-%m') as month, cast({site} as varchar) as site,"
        f" count(*) as n from {side} where {date} is not null and {site} is not null"
        " group by all order by 1"
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in duck.fetch(sql).to_pylist():
        found[row["month"]][row["site"]] = row["n"]
    return found


def _full(counts: Counts) -> list[str]:
    """Name the months that have at least half as many rows as is usual of late."""
    sizes = {month: sum(held.values()) for month, held in counts.items()}
    usual = median(list(sizes.values())[-12:]) if sizes else 0
    return [month for month, size in sizes.items() if size * 2 >= usual]
