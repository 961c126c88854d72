"""Counting many things in few passes over the data.

A check is two counts: how much was examined, and how much of it is bad. Each count
says what it reads (`Scan`) and which rows of it (`Count.where`). All counts of one scan
become columns of one query, so that a table is read once for all of them, and one count
that two checks need is taken once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, quoted

# Columns of one query: the planner's work grows faster than their number.
WIDEST = 400
# The count of what the engine could not carry out.
BROKEN = -1


@dataclass(frozen=True, slots=True)
class Scan:
    """What is read: a FROM clause.

    `weight` is the column that holds how many rows of the table a row of this scan
    stands for (a frequency table); empty where it is one. `rows` is the FROM clause
    that gives the rows themselves, the table under `alias`, for drilling down; empty
    where the scan gives them already or where there are none.
    """

    source: str
    weight: str = ""
    rows: str = ""
    alias: str = "t"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a scan a condition holds for; no condition means all.

    `sql` takes the same count in a cheaper way where there is one. `key` and `value`
    restrict it to rows with one value of a column: all values are then counted at once.
    `needs` is a count that is zero only where this one must be zero too: it is taken
    first, and where it is zero this count is spared.
    """

    scan: Scan | None
    where: str = ""
    needs: "Count | None" = field(default=None, compare=False)
    known: int | None = None  # the answer, where it need not be counted
    sql: str = ""
    key: str = ""
    value: int = 0

    @property
    def expression(self) -> str:
        """Write it as a column of the scan's query."""
        chosen = f" filter (where {self.where})" if self.where else ""
        if self.scan and self.scan.weight:
            return f"coalesce(sum({self.scan.weight}){chosen}, 0)"
        return self.sql or f"count(*){chosen}"


def bad_keys(duck: Duck, count: Count, column: str, most: int) -> tuple[str, ...]:
    """Fetch the first values of a column in the rows that a count counted.

    Empty where the scan has no such rows, as one that counts persons.
    """
    if count.scan is None:
        return ()
    wanted = [count.where or "true"]
    wanted += [f"{count.key} = {count.value}"] if count.key else []
    source = count.scan.rows or count.scan.source
    sql = f"select {count.scan.alias}.{quoted(column)} as key from {source}"
    joined = f"select * from ({sql}"
    joined += (
        f" where {' and '.join(f'({w})' for w in wanted)}) order by 1 limit {most}"
    )
    try:
        found = duck.fetch(joined)
    except Trouble:
        return ()
    return tuple(str(key) for key in found.column(0).to_pylist())


def constant(value: int) -> Count:
    """Return a count that is known without reading."""
    return Count(None, known=value)


def take(duck: Duck, counts: Iterable[Count]) -> dict[Count, int]:
    """Take all counts, each scan once; one that another shows to be zero is spared."""
    waiting = set(counts)
    waiting |= {need for count in waiting for need in _chain(count)}
    taken: dict[Count, int] = {}
    while waiting:
        ready = {c for c in waiting if c.needs is None or c.needs in taken}
        spared = {c for c in ready if c.needs and not taken[c.needs]}
        taken |= dict.fromkeys(spared, 0)
        taken |= _take(duck, ready - spared)
        waiting -= ready
    return taken


def _chain(count: Count) -> Iterable[Count]:
    """Walk what a count needs, what that needs, and so on."""
    while count.needs is not None:
        count = count.needs
        yield count


def _take(duck: Duck, counts: Iterable[Count]) -> dict[Count, int]:
    """Take counts, one query a scan."""
    taken: dict[Count, int] = {}
    by_scan: dict[tuple[Scan, str], list[Count]] = defaultdict(list)
    for count in counts:
        if count.scan is None or count.known is not None:
            taken[count] = count.known or 0
        else:
            by_scan[count.scan, count.key].append(count)
    for (scan, _), held in by_scan.items():
        for start in range(0, len(held), WIDEST):
            taken |= _tried(duck, scan, held[start : start + WIDEST])
    return taken


def _tried(duck: Duck, scan: Scan, counts: list[Count]) -> dict[Count, int]:
    """Take counts of one scan; where one cannot be taken, find out which it is."""
    try:
        return (_keyed if counts[0].key else _plain)(duck, scan, counts)
    except Trouble:
        if len(counts) == 1:
            return {counts[0]: BROKEN}
        return {c: n for one in counts for c, n in _tried(duck, scan, [one]).items()}


def _plain(duck: Duck, scan: Scan, counts: list[Count]) -> dict[Count, int]:
    """Take the counts of one scan."""
    columns = ", ".join(count.expression for count in counts)
    row = duck.one(f"select {columns} from {scan.source}")
    return dict(zip(counts, (int(str(value)) for value in row), strict=True))


def _keyed(duck: Duck, scan: Scan, counts: list[Count]) -> dict[Count, int]:
    """Take the counts of one scan by the values of a column."""
    key = counts[0].key
    places = {sql: f"n{n}" for n, sql in enumerate({c.expression for c in counts})}
    columns = ", ".join(f"{sql} as {name}" for sql, name in places.items())
    values = ", ".join(str(value) for value in sorted({c.value for c in counts}))
    found = duck.fetch(
        f"select {key} as key, {columns} from {scan.source}"
        f" where {key} in ({values}) group by all"
    ).to_pydict()
    at = {value: row for row, value in enumerate(found["key"])}
    return {
        c: int(found[places[c.expression]][at[c.value]]) if c.value in at else 0
        for c in counts
    }
