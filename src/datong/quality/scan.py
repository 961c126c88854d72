"""Counting many things in few passes over the data.

A check is two counts: how much was examined, and how much of it is bad. Each count
says what it reads (`Scan`) and which rows of it (`Count.where`). All counts of one scan
become columns of one query, so that a table is read once for all of them, and one count
that two checks need is taken once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from datong.engine.duckdb import Duck

# Columns of one query: the planner's work grows faster than their number.
WIDEST = 400


@dataclass(frozen=True, slots=True)
class Scan:
    """What is read: a FROM clause.

    `weight` is the column that holds how many rows of the table a row of this scan
    stands for (a frequency table); empty where it is one. `rows` is the FROM clause
    that gives the rows themselves, with the table as `t`, for drilling down; empty where
    the scan gives them already or where there are none.
    """

    source: str
    weight: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a scan a condition holds for; no condition means all.

    `needs` is a count that is zero only where this one must be zero too: it is taken
    first, and where it is zero this scan is spared.
    """

    scan: Scan | None  # None: nothing is read, `constant` is the answer
    where: str = ""
    needs: "Count | None" = field(default=None, compare=False)
    constant: int = 0

    @property
    def expression(self) -> str:
        """Write it as a column of the scan's query."""
        weight = self.scan.weight if self.scan else ""
        total = f"coalesce(sum({weight})" if weight else "count(*)"
        chosen = f" filter (where {self.where})" if self.where else ""
        return f"{total}{chosen}, 0)" if weight else f"{total}{chosen}"


def constant(value: int) -> Count:
    """Return a count that is known without reading."""
    return Count(None, constant=value)


def take(duck: Duck, counts: Iterable[Count]) -> dict[Count, int]:
    """Take all counts, each scan once; a scan that cannot give anything is spared."""
    wanted = set(counts)
    first = {count.needs for count in wanted if count.needs} | {
        count for count in wanted if not count.needs
    }
    taken = _take(duck, first)
    later = {count for count in wanted if count.needs}
    spared = {count: 0 for count in later if not _needed(count, taken)}
    return taken | spared | _take(duck, later - set(spared))


def _needed(count: Count, taken: Mapping[Count, int]) -> bool:
    """Tell whether a count may be more than zero."""
    return count.needs is None or taken[count.needs] > 0


def _take(duck: Duck, counts: Iterable[Count]) -> dict[Count, int]:
    """Take counts, one query a scan."""
    taken: dict[Count, int] = {}
    by_scan: dict[Scan, list[Count]] = defaultdict(list)
    for count in counts:
        if count.scan is None:
            taken[count] = count.constant
        else:
            by_scan[count.scan].append(count)
    for scan, held in by_scan.items():
        for start in range(0, len(held), WIDEST):
            part = held[start : start + WIDEST]
            columns = ", ".join(count.expression for count in part)
            row = duck.one(f"select {columns} from {scan.source}")
            taken |= dict(zip(part, (int(str(value)) for value in row), strict=True))
    return taken
