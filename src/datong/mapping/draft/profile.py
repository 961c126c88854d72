"""What a landed table looks like: counted in SQL, once a column.

In:  landed files of one table.
Out: a `TableProfile`: rows, and for each column how many are filled and distinct, its
     usual values, and a sketch of its values that tells which column holds another's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from datong.engine.duckdb import Duck, literal, quoted
from datong.engine.land import columns
from datong.mapping.draft.looks import looks_of

COMMON = 150  # values that are kept of a column, the most frequent ones
SKETCH = 4_000  # hashes that are kept of a column's distinct values
SAMPLE = 200_000  # rows that values are taken from
TOTALS = r"^\s*[【\[(（]?\s*(合\s*计|总\s*计|小\s*计|本页合计|grand\s*total|sub-?\s*total|total)(?:[^a-z].*)?$"  # noqa: E501 - one pattern


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of a table, in numbers."""

    table: str
    name: str
    place: int
    label: str = ""  # what its owner says of it
    rows: int = 0
    filled: int = 0
    distinct: int = 0
    widest: int = 0  # characters
    narrowest: int = 0
    values: tuple[tuple[str, int], ...] = ()  # usual values and how often
    sketch: frozenset[int] = frozenset()  # the smallest hashes of its values
    limit: int = 0  # every hash up to it is in the sketch
    is_counted: bool = False  # whole numbers without gaps, as a counter gives them
    looks: dict[str, float] = field(default_factory=dict)

    @property
    def is_key(self) -> bool:
        """Say whether every row is filled and no value comes twice."""
        return self.rows > 0 and self.distinct == self.rows

    def within(self, other: "ColumnProfile") -> float:
        """Estimate which share of this column's values the other one has too."""
        limit = min(self.limit, other.limit)
        mine = {one for one in self.sketch if one <= limit}
        return len(mine & other.sketch) / len(mine) if len(mine) >= 5 else 0.0


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table, in numbers."""

    name: str
    files: tuple[Path, ...]  # landed
    rows: int
    columns: tuple[ColumnProfile, ...]
    doubled: int = 0  # rows that are an exact copy of another
    totals: tuple[tuple[str, int], ...] = ()  # column and rows of sums in it

    def column(self, name: str) -> ColumnProfile:
        """Return a column by its name."""
        return next(one for one in self.columns if one.name == name)


def profile(
    name: str, landed: Sequence[Path], labels: dict[str, str] | None = None
) -> TableProfile:
    """Count one table; `labels` are its owner's comments on columns."""
    names = list(dict.fromkeys(c for file in landed for c in columns(file)))
    if not names:
        return TableProfile(name, tuple(landed), 0, ())
    with Duck() as duck:
        duck.see("landed", list(landed))
        listed = ", ".join(quoted(column) for column in names)
        duck.do(f"create temp view rows as select {listed} from landed")
        counts = _counts(duck, names)
        rows = int(counts["rows"])
        totals = _totals(duck, names[:4]) if rows else ()
        values, sketches = _values(duck, names), _sketches(duck, names)
        copies = f"select count(*) from (select distinct {listed} from rows)"
        distinct = _number(duck, copies)
    told = labels or {}
    found = tuple(
        ColumnProfile(
            table=name,
            name=column,
            place=place,
            label=told.get(column, ""),
            rows=rows,
            filled=counts[f"filled_{place}"],
            distinct=counts[f"distinct_{place}"],
            widest=counts[f"widest_{place}"],
            narrowest=counts[f"narrowest_{place}"],
            is_counted=bool(counts[f"counted_{place}"]),
            values=tuple(values[place]),
            sketch=frozenset(sketches[place]),
            limit=_limit(sketches[place]),
            looks=looks_of(values[place]),
        )
        for place, column in enumerate(names)
    )
    return TableProfile(name, tuple(landed), rows, found, rows - distinct, totals)


def _limit(hashes: Sequence[int]) -> int:
    """Return the hash up to which a sketch holds all."""
    return 2**63 if len(hashes) < SKETCH else hashes[-1]


def find_grain(table: TableProfile, candidates: Sequence[str]) -> tuple[str, ...]:
    """Find the fewest columns that tell the rows of a table apart, if any do."""
    distinct = table.rows - table.doubled
    if not distinct:
        return ()
    for one in candidates:
        if table.column(one).distinct == distinct:
            return (one,)
    picked = candidates[:9]
    sets = [(a, b) for i, a in enumerate(picked) for b in picked[i + 1 :]]
    sets += [(*pair, c) for pair in sets for c in picked if c > pair[1]]  # type: ignore[misc]  # pairs and threes
    with Duck() as duck:
        duck.see("landed", list(table.files))
        for pick in sets[:80]:
            widest = 1
            for name in pick:
                widest *= max(table.column(name).distinct, 1)
            if widest >= distinct and _tells(duck, pick, distinct):
                return pick
    return ()


def _tells(duck: Duck, pick: Sequence[str], distinct: int) -> bool:
    """Say whether some columns tell all rows apart."""
    listed = ", ".join(quoted(name) for name in pick)
    sql = f"select count(*) from (select distinct {listed} from landed)"
    return _number(duck, sql) == distinct


def _counts(duck: Duck, names: Sequence[str]) -> dict[str, int]:
    """Count the rows, and each column's filled cells and distinct values."""
    parts = ["count(*) as rows"]
    for place, name in enumerate(names):
        cell = f"nullif(trim({quoted(name)}), '')"
        parts += [
            f"count({cell}) as filled_{place}",
            f"count(distinct {cell}) as distinct_{place}",
            f"coalesce(max(length({cell})), 0) as widest_{place}",
            f"coalesce(min(length({cell})), 0) as narrowest_{place}",
            f"{_counted(cell)} as counted_{place}",
        ]
    line: dict[str, int] = duck.fetch(
        f"select {', '.join(parts)} from rows"
    ).to_pylist()[0]
    return line


def _counted(cell: str) -> str:
    """Return whether all cells are whole numbers without gaps."""
    whole = f"try_cast({cell} as bigint)"
    return (
        f"coalesce(max({whole}) - min({whole}) + 1 = count(distinct {cell})"
        f" and count({cell}) = count({whole}), false)"
    )


def _cells(names: Sequence[str], limit: int = 0) -> str:
    """Return a query for all filled cells: the column's place, and the value."""
    listed = ", ".join(
        f"nullif(trim({quoted(name)}), '') as c{n}" for n, name in enumerate(names)
    )
    some = f" limit {limit}" if limit else ""
    return (
        f"select cast(substr(_name, 2) as integer) as place, _value as value from"
        f" (unpivot (select {listed} from rows{some}) on columns(*)"
        " into name _name value _value)"
    )


def _values(duck: Duck, names: Sequence[str]) -> dict[int, list[tuple[str, int]]]:
    """Return the usual values of each column, the most frequent first."""
    found = duck.fetch(
        f"from (select place, value, count(*) as times from ({_cells(names, SAMPLE)})"
        " group by place, value) qualify row_number() over (partition by place order by"
        f" times desc, hash(value)) <= {COMMON} order by place, times desc, value"
    )
    values: dict[int, list[tuple[str, int]]] = {n: [] for n in range(len(names))}
    for place, value, times in zip(
        *(found[c].to_pylist() for c in ("place", "value", "times")), strict=True
    ):
        values[place].append((value, times))
    return values


def _sketches(duck: Duck, names: Sequence[str]) -> dict[int, list[int]]:
    """Return the smallest hashes of each column's values, in order."""
    found = duck.fetch(
        "select place, h from (select distinct place,"
        f" cast(hash(value) >> 1 as bigint) as h from ({_cells(names)}))"
        f" qualify row_number() over (partition by place order by h) <= {SKETCH}"
        " order by place, h"
    )
    hashes: dict[int, list[int]] = {n: [] for n in range(len(names))}
    for place, one in zip(
        found["place"].to_pylist(), found["h"].to_pylist(), strict=True
    ):
        hashes[place].append(one)
    return hashes


def _totals(duck: Duck, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Find the rows that are sums of others."""
    found = []
    for name in names:
        told = f"regexp_matches(lower({quoted(name)}), {literal(TOTALS)})"
        rows = _number(duck, f"select count(*) from rows where {told}")
        if rows:
            found.append((name, rows))
    return tuple(found)


def _number(duck: Duck, sql: str) -> int:
    """Run a query that answers with one number."""
    (answer,) = duck.one(sql)
    return answer if isinstance(answer, int) else 0
