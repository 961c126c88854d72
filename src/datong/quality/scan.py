"""Counting many things in few passes over the data.

A check is two counts: how much was examined, and how much of it is bad. Each count
says what it reads (`Scan`) and which rows of it (`Count.where`). All counts of one scan
become columns of one query, so that a table is read once for all of them, and one count
that two checks need is taken once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Groups
from datong.quality.found import Found, numbers
from datong.quality.groups import Parts, Splitting

# Columns of one query: the planner's work grows faster than their number.
WIDEST = 400
# The count of what the engine could not carry out.
BROKEN = -1
WHOLE = Splitting()  # nothing is split


@dataclass(frozen=True, slots=True)
class Scan:
    """What is read: a FROM clause, its rows as `t`.

    `by` are columns that the rows are counted by first: that small frequency table,
    known as `f`, is then met with what `meet` joins, and each of its rows weighs `n`.
    `table` is the table whose rows `t` are: they can be split into groups; empty where
    they are no rows. `rows` is the FROM clause that gives rows for drilling down where
    the source itself does not; `weight` the column that tells how many one stands for.
    `piled` names the column of the frequency table (or of the source, where it is `f`)
    that is asked: scans that meet the same are then piled up and asked in one query.
    """

    source: str
    by: str = ""
    meet: str = ""
    table: str = ""
    weight: str = ""
    rows: str = ""
    piled: str = ""

    @property
    def weighs(self) -> str:
        """Name the column that holds how many rows one stands for; empty: one."""
        return "n" if self.by else self.weight

    def read(self, groups: Mapping[str, str], join: str = "") -> tuple[str, list[str]]:
        """Write the FROM clause, and how it names the groups that it splits by."""
        source = f"{self.source}{join if groups else ''}"
        if not self.by:
            return source, list(groups.values())
        return f"({self.counted(groups, join)}) f{self.meet}", _named(groups)

    def counted(self, groups: Mapping[str, str], join: str = "") -> str:
        """Write the query for the table that is piled up: mostly one of frequencies."""
        if not self.by:
            return f"select {self.piled} from {self.source}"
        source = f"{self.source}{join if groups else ''}"
        named = [f"{sql} as g_{name}" for name, sql in groups.items()]
        columns = ", ".join([self.by, *named])
        return f"select {columns}, count(*) as n from {source} group by all"

    def opened(self) -> tuple[str, str]:
        """Write the FROM clause that gives each row, and what it calls the row."""
        if self.by:
            return f"(select t.*, {self.by} from {self.source}) f{self.meet}", "f"
        return self.rows or self.source, "t"


def _named(groups: Iterable[str]) -> list[str]:
    """Name the columns that hold the groups of a frequency table."""
    return [f"f.g_{name}" for name in groups]


def rows_of(table: str) -> Scan:
    """Return the plain scan of a table."""
    return Scan(f"{quoted(table)} t", table=table)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a scan a condition holds for; no condition means all.

    `sql` takes the same count in a cheaper way where there is one. `key` and `value`
    restrict it to rows with one value of a column: all values are then counted at once.
    `needs` is a count that is zero only where this one must be zero too: it is taken
    first, and where it is zero this count is spared. `whole`: the counts of groups
    would not add up, it is taken over all rows only. `repeated` is a query for whole
    numbers: counted are those that occur more than once, sorted in memory, which is a
    quarter of the work of the hash table that the scan would need. `less` are two
    counts whose difference it is: it is not counted where both could be taken. `only`
    is the one value that the column counted by holds: as often as `needs` counted.
    """

    scan: Scan | None
    where: str = ""
    needs: "Count | None" = field(default=None, compare=False)
    known: int | None = None  # the answer, where it need not be counted
    sql: str = ""
    key: str = ""
    value: int = 0
    whole: bool = False
    repeated: str = ""
    less: "tuple[Count, Count] | None" = field(default=None, compare=False)
    only: int | None = field(default=None, compare=False)
    hashed: int = field(init=False, repr=False, compare=False)  # asked often

    def __post_init__(self) -> None:
        """Hash it once."""
        told = self.where, self.sql, self.key, self.value, self.repeated, self.known
        object.__setattr__(self, "hashed", hash((self.scan, *told)))

    def __hash__(self) -> int:
        """Return its hash."""
        return self.hashed

    @property
    def after(self) -> "set[Count]":
        """Name the counts that are taken first."""
        return {*(self.less or ()), *((self.needs,) if self.needs else ())}

    @property
    def expression(self) -> str:
        """Write it as a column of the scan's query."""
        if self.scan and (weight := self.scan.weighs):
            # Half the work of sum(...) filter (where ...), where these are many.
            chosen = f"case when {self.where} then {weight} else 0 end"
            return f"coalesce(sum({chosen if self.where else weight}), 0)::bigint"
        # A third of the work of count(*) filter (where ...).
        chosen = f"coalesce(count_if({self.where}), 0)::bigint"
        return self.sql or (chosen if self.where else "count(*)")


@dataclass(slots=True)
class Taken:
    """Counts that were taken, whole and by group."""

    by: Splitting = WHOLE
    totals: dict[Count, int] = field(default_factory=dict)
    parts: dict[Count, Mapping[str, Parts]] = field(default_factory=dict)

    def __getitem__(self, count: Count) -> int:
        """Return a count of all rows."""
        return self.totals[count]

    def splits(self, count: Count) -> bool:
        """Tell whether a count can be split into groups."""
        if count.scan is None or count.whole:
            return False
        return bool(self.by.of(count.scan.table))


def by_group(taken: Taken, examined: Count, bad: Count) -> Groups:
    """Return what was examined and bad in each group, as far as both were split.

    Months are told only where something is bad.
    """
    whole, wrong = taken.parts.get(examined, {}), taken.parts.get(bad, {})
    if taken.totals.get(bad) and not wrong:
        return {}
    made = {}
    for group, counted in whole.items():
        also = wrong.get(group, {})
        if group != "month" or also:
            labels = dict.fromkeys([*counted, *also])
            made[group] = {n: (counted.get(n, 0), also.get(n, 0)) for n in labels}
    return made


def bad_keys(duck: Duck, count: Count, column: str, most: int) -> tuple[str, ...]:
    """Fetch the first values of a column in the rows that a count counted.

    Empty where the scan has no such rows, as one that counts persons.
    """
    if count.scan is None:
        return ()
    wanted = [count.where or "true"]
    wanted += [f"{count.key} = {count.value}"] if count.key else []
    source, row = count.scan.opened()
    sql = f"select {row}.{quoted(column)} as key from {source}"
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


def take(duck: Duck, counts: Iterable[Count], by: Splitting = WHOLE) -> Taken:
    """Take all counts, each scan once; one that another shows to be zero is spared."""
    waiting = set(counts)
    waiting |= {need for count in waiting for need in _chain(count)}
    taken = Taken(by)
    while waiting:
        ready = {c for c in waiting if taken.totals.keys() >= c.after}
        spared = {c for c in ready if c.needs and not taken[c.needs]}
        taken.totals |= dict.fromkeys(spared, 0)
        differ = {c for c in ready - spared if _subtracted(c, taken)}
        _take(duck, ready - spared - differ, taken)
        waiting -= ready
    return taken


def _chain(count: Count) -> Iterable[Count]:
    """Walk what a count needs, what that needs, and so on."""
    for need in count.after:
        yield need
        yield from _chain(need)


def _subtracted(count: Count, taken: Taken) -> bool:
    """Take a count that is the difference of two others, where they could be taken."""
    if not count.less or BROKEN in (taken[count.less[0]], taken[count.less[1]]):
        return False
    every, rest = count.less
    taken.totals[count] = taken[every] - taken[rest]
    if taken[count] and taken.splits(count):
        less = taken.parts.get(rest, {})
        taken.parts[count] = {
            group: _differing(parts, less.get(group, {}))
            for group, parts in taken.parts.get(every, {}).items()
        }
    return True


def _differing(parts: Parts, less: Parts) -> Parts:
    """Subtract label by label; labels without any are left out."""
    differ = {label: n - less.get(label, 0) for label, n in parts.items()}
    return {label: n for label, n in differ.items() if n}


def _take(duck: Duck, counts: set[Count], taken: Taken) -> None:
    """Take counts; those of a pile whole first, and split only where some are bad."""
    piled = {c for c in counts if c.scan and c.scan.piled and taken.splits(c)}
    _ask(duck, piled, Taken(WHOLE, taken.totals, taken.parts))
    rest = {count for count in piled if not _follows(count, taken)}
    _ask(duck, counts - piled | rest, taken)


def _follows(count: Count, taken: Taken) -> bool:
    """Tell whether a whole count tells its groups: none, or all of what it needs.

    What a pile counts is a part of what it needs: of the rows that are filled.
    """
    if count.needs and 0 < taken[count] == taken[count.needs]:
        taken.parts[count] = taken.parts.get(count.needs, {})
        return True
    return taken[count] in (0, BROKEN)


def _ask(duck: Duck, counts: Iterable[Count], taken: Taken) -> None:
    """Take counts, one query a scan; what is known is counted only to be split."""
    held: dict[object, list[Count]] = defaultdict(list)
    for count in counts:
        if count.scan is None or (count.known is not None and not taken.splits(count)):
            taken.totals[count] = count.known or 0
        elif count.repeated:
            taken.totals[count] = _repeated(duck, count.repeated)
        else:
            held[_query(count, count.scan, taken)].append(count)
    for alike in held.values():
        for some in _narrow(alike):
            _tried(duck, some, taken)


def _query(count: Count, scan: Scan, taken: Taken) -> object:
    """Tell which query takes a count: what is the same is taken by the same."""
    groups = taken.by.of(scan.table) if taken.splits(count) else {}
    if not scan.piled:
        return scan, count.key, bool(groups)
    alike = {name: "" if name == "month" else sql for name, sql in groups.items()}
    return scan.piled, scan.meet, tuple(alike.items())


def _narrow(counts: Sequence[Count]) -> Iterator[list[Count]]:
    """Part counts so that no query has too many columns; one column counts for many."""
    columns: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        columns[count.expression].append(count)
    held = list(columns.values())
    for start in range(0, len(held), WIDEST):
        yield [count for some in held[start : start + WIDEST] for count in some]


def _repeated(duck: Duck, sql: str) -> int:
    """Count the numbers that occur more than once."""
    keys = np.sort(numbers(duck.fetch(sql).column(0)))
    same = np.concatenate(([False], keys[1:] == keys[:-1], [False]))
    return int(np.count_nonzero(same[1:] | same[:-1])) if keys.size else 0


def _tried(duck: Duck, counts: list[Count], taken: Taken) -> None:
    """Take counts by one query; where one cannot be taken, find out which it is."""
    try:
        _counted(duck, counts, taken)
    except Trouble:
        if len(counts) == 1:
            taken.totals[counts[0]] = BROKEN
            return
        for some in _parted(counts):
            _tried(duck, some, taken)


def _parted(counts: list[Count]) -> list[list[Count]]:
    """Part counts by their scans, and those of one scan in two."""
    scans: dict[Scan | None, list[Count]] = defaultdict(list)
    for count in counts:
        scans[count.scan].append(count)
    half = len(counts) // 2
    return [*scans.values()] if len(scans) > 1 else [counts[:half], counts[half:]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one query reads: a FROM clause, the columns that it groups by.

    `groups` names those after the first, which is a key where counts have `values`.
    """

    source: str
    heads: Sequence[str]
    groups: Sequence[str]
    values: Mapping[Count, int] = field(default_factory=dict)


def _reading(counts: list[Count], scan: Scan, taken: Taken) -> Reading:
    """Say what the query of some counts reads."""
    groups = taken.by.of(scan.table) if taken.splits(counts[0]) else {}
    if scan.piled:
        return _piled(counts, list(groups), taken)
    source, named = scan.read(groups, taken.by.joins.get(scan.table, ""))
    if not (key := counts[0].key):
        return Reading(source, named, list(groups))
    values = {count: count.value for count in counts}
    listed = ", ".join(str(value) for value in sorted(set(values.values())))
    source += f" where {key} in ({listed})"
    return Reading(source, [key, *named], list(groups), values)


def _piled(counts: list[Count], groups: list[str], taken: Taken) -> Reading:
    """Pile up the scans of counts, numbered, and let the whole pile meet the rest."""
    numbers: dict[Scan, int] = {}
    parts, values = [], {}
    for count in counts:
        if (scan := count.scan) is None:
            continue
        if scan not in numbers:
            numbers[scan] = len(numbers)
            table = _frequencies(count, scan, taken)
            parts.append(f"select {numbers[scan]} as place, * from ({table})")
        values[count] = numbers[scan]
    source = f"({' union all '.join(parts)}) f{scan.meet if scan else ''}"
    return Reading(source, ["f.place", *_named(groups)], groups, values)


def _frequencies(count: Count, scan: Scan, taken: Taken) -> str:
    """Write the query for a piled table; that of a column of one value is known."""
    groups = taken.by.of(scan.table) if taken.splits(count) else {}
    if count.only is not None and count.needs and not groups:
        return f"select {count.only} as {scan.piled}, {taken[count.needs]} as n"
    return scan.counted(groups, taken.by.joins.get(scan.table, ""))


def _counted(duck: Duck, counts: list[Count], taken: Taken) -> None:
    """Take counts by one query: by the values of a key, by group, or whole."""
    if (scan := counts[0].scan) is None:
        return
    read = _reading(counts, scan, taken)
    places = {sql: f"n{n}" for n, sql in enumerate({c.expression for c in counts})}
    columns = [*(f"{sql} as k{n}" for n, sql in enumerate(read.heads))]
    columns += [f"{sql} as {name}" for sql, name in places.items()]
    sql = f"select {', '.join(columns)} from {read.source}"
    if not read.heads:
        row = dict(zip(places, duck.one(sql), strict=True))
        taken.totals |= {c: int(str(row[c.expression])) for c in counts}
        return
    by = ", ".join(str(n) for n in range(1, len(read.heads) + 1))
    answer = duck.fetch(f"{sql} group by {by}")
    found = Found(answer, places.values(), read.groups, taken.by)
    for count in counts:
        place = places[count.expression], read.values.get(count, 0)
        taken.totals[count] = found.total(*place)
        if read.groups and taken.totals[count]:
            taken.parts[count] = found.split(*place)
