"""Which columns of a source hold the same numbers: its patients, its visits, its items.

In:  the profiles of all tables.
Out: families of columns, joined by inclusion of values; of two that run through most
     tables, the one with fewer values names persons, the other visits.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from datong.mapping.draft.profile import ColumnProfile, TableProfile

INCLUDED = 0.8  # share of one column's values that the other has
SURELY = 0.98
FEWEST = 12  # distinct values that a number to join by has at least


@dataclass(frozen=True, slots=True)
class Join:
    """The values of one column are among those of a key of another table."""

    table: str
    column: str
    to_table: str
    to_column: str
    share: float


Place = tuple[str, str]  # table, column


def could_join(column: ColumnProfile) -> bool:
    """Say whether a column could be a number by which tables are joined."""
    if column.distinct < FEWEST or column.widest > 40 or column.narrowest < 3:
        return False
    looks = column.looks
    if max(looks.get("time", 0), looks.get("date", 0), looks.get("unit", 0)) > 0.5:
        return False
    return looks.get("id", 0) > 0.8


def families(tables: Sequence[TableProfile]) -> list[set[Place]]:
    """Return families of columns that hold the same numbers, the widest first."""
    able = [c for table in tables for c in table.columns if could_join(c)]
    head = {(c.table, c.name): (c.table, c.name) for c in able}

    def root(place: Place) -> Place:
        while head[place] != place:
            place = head[place]
        return place

    for one, other in _near(able):
        if max(one.within(other), other.within(one)) >= INCLUDED:
            head[root((one.table, one.name))] = root((other.table, other.name))
    grouped: dict[Place, set[Place]] = defaultdict(set)
    for place in head:
        grouped[root(place)].add(place)
    return sorted(grouped.values(), key=lambda f: (-len({t for t, _ in f}), sorted(f)))


def _near(
    able: Sequence[ColumnProfile],
) -> Iterator[tuple[ColumnProfile, ColumnProfile]]:
    """Yield the pairs of columns of two tables that may hold the same numbers."""
    for one, other in combinations(able, 2):
        if one.table == other.table or _both_counted(one, other):
            continue
        if one.narrowest <= other.widest and other.narrowest <= one.widest:
            yield one, other


def _both_counted(one: ColumnProfile, other: ColumnProfile) -> bool:
    """Say whether two tables only count their rows, each for itself."""
    keys = one.is_key and other.is_key
    return keys and one.is_counted and other.is_counted


def joins(tables: Sequence[TableProfile]) -> list[Join]:
    """Find columns whose values are among those of another table's key."""
    able = [c for table in tables for c in table.columns if could_join(c)]
    found = []
    for one, other in _near(able):
        for child, parent in ((one, other), (other, one)):
            share = child.within(parent)
            if share >= INCLUDED and parent.distinct >= 0.98 * parent.rows:
                found.append(
                    Join(
                        child.table,
                        child.name,
                        parent.table,
                        parent.name,
                        round(share, 3),
                    )
                )
    return found


def whose(tables: Sequence[TableProfile]) -> tuple[set[Place], set[Place]]:
    """Return the columns that by their values name persons, and visits.

    Persons and visits are the numbers that most tables share; a person has several
    visits, never the other way round. Where only one family runs through the tables,
    it is taken for the persons.
    """
    wide = [f for f in families(tables) if len({table for table, _ in f}) >= 2]
    if not wide:
        return set(), set()
    profiles = {(c.table, c.name): c for t in tables for c in t.columns}
    most = len({table for table, _ in wide[0]})
    top = [f for f in wide if len({t for t, _ in f}) >= max(2, 0.4 * most)][:4]
    votes: dict[int, int] = defaultdict(int)
    for a, b in combinations(range(len(top)), 2):
        fewer = _fewer(top[a], top[b], profiles)
        votes[a] += fewer
        votes[b] -= fewer
    first = max(range(len(top)), key=lambda n: (votes[n], -n))
    rest = [n for n in range(len(top)) if n != first]
    visits = max(rest, key=lambda n: (len({t for t, _ in top[n]}), -n), default=None)
    return top[first], top[visits] if visits is not None else set()


def home_of(
    tables: Sequence[TableProfile], family: set[Place], kind: str
) -> dict[str, str]:
    """Return the table whose rows are what a family of numbers names, if one is.

    Each of its rows has a number of its own, and it has all that the others have.
    """
    mine = [c for t in tables for c in t.columns if (c.table, c.name) in family]
    if len({c.table for c in mine}) < 3:
        return {}
    keys = [c for c in mine if c.is_key]
    whole = [c for c in keys if all(o.within(c) > SURELY for o in mine if o is not c)]
    return {whole[0].table: kind} if len(whole) == 1 else {}


def _fewer(
    one: set[Place], other: set[Place], profiles: dict[Place, ColumnProfile]
) -> int:
    """Count the tables in which one family has fewer values than the other."""
    mine = {table: profiles[table, column] for table, column in one}
    theirs = {table: profiles[table, column] for table, column in other}
    shared = mine.keys() & theirs.keys()
    less = sum(mine[t].distinct < theirs[t].distinct for t in shared)
    more = sum(mine[t].distinct > theirs[t].distinct for t in shared)
    return less - more
