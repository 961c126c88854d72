"""Which tables and columns are there, and how a column is read as what it should be."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.scan import Count, Scan, constant, rows_of
from datong.standards.omop import Rule

WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
WHOLE |= {f"U{name}" for name in WHOLE}
MARKED = 1 << 27  # the widest range of numbers that is marked in bits: 16 MB
DAYS = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
NUMBERS = {"FLOAT", "DOUBLE", "DECIMAL"}
# The persons with their dates of birth in both of OHDSI's readings, made once a run.
PEOPLE = "quality_people"


Place: TypeAlias = tuple[str, str]  # a table and a column


class Absent(Exception):  # noqa: N818 - it names a state of the data, not our error
    """A table or a column that a check needs is not there."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The tables of one database: for each its columns with their types.

    `bounds` are the least and the greatest value of columns of whole numbers, `days`
    those of dates, `rows` the size of each table: what the files tell without being
    read. (They tell how many values are missing too, but some writers tell it wrong.)
    `unique` are the whole-number keys of which none repeats: rows can be joined with
    theirs and stay as many.
    """

    tables: Mapping[str, Mapping[str, str]]
    today: date
    bounds: Mapping[Place, tuple[int, int]] = field(default_factory=dict)
    days: Mapping[Place, tuple[date, date]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    unique: Collection[Place] = ()
    is_split: bool = False  # counts are split into groups

    def type(self, table: str, column: str) -> str:
        """Return the type that a column has, its size left off."""
        try:
            return self.tables[table][column].partition("(")[0]
        except KeyError as missing:
            raise Absent(f"{table}.{column}") from missing

    def column(self, table: str, column: str) -> str:
        """Write a column as it is."""
        self.type(table, column)
        return f"t.{quoted(column)}"

    def date(self, table: str, column: str) -> str:
        """Write a column as a date; a text that is none becomes null."""
        kind = self.type(table, column)
        cast = "try_cast" if kind == "VARCHAR" else "cast"  # others break the check
        name = self.column(table, column)
        return name if kind == "DATE" else f"{cast}({name} as date)"

    def number(self, table: str, column: str) -> str:
        """Write a column as a number; a text that is none becomes null."""
        is_number = self.type(table, column) in WHOLE | NUMBERS
        name = self.column(table, column)
        return name if is_number else f"try_cast({name} as double)"

    def key(self, table: str, column: str) -> str:
        """Write a column as a whole number; a text that is none becomes null."""
        is_whole = self.type(table, column) in WHOLE
        name = self.column(table, column)
        return name if is_whole else f"try_cast({name} as bigint)"

    def equal(self, mine: tuple[str, str], theirs: tuple[str, str], named: str) -> str:
        """Write that a column of `t` equals another table's, known as `named`.

        Where one side is a number and the other a text they are compared as texts.
        """
        left, right = self.column(*mine), named
        kinds = {self.type(*mine), self.type(*theirs)}
        if len(kinds) > 1 and not kinds <= WHOLE:
            left, right = f"cast({left} as varchar)", f"cast({right} as varchar)"
        return f"{right} = {left}"

    def has_people(self, table: str) -> bool:
        """Tell whether the scan of a table has each row's person beside it, as `p`."""
        is_whole = self.tables.get(table, {}).get("person_id", "") in WHOLE
        return is_whole and ("person", "person_id") in self.unique

    def scan(self, table: str) -> Scan:
        """Return the scan of a table's rows."""
        if table not in self.tables:
            raise Absent(table)
        if not self.has_people(table):
            return rows_of(table)
        met = f"left join {PEOPLE} p on p.person_id = t.person_id"
        return Scan(f"{quoted(table)} t {met}", table=table)

    def whole(self, table: str) -> Scan:
        """Return the scan for what is not split: the same, where nothing is split."""
        return rows_of(table) if self.is_split else self.scan(table)

    def some(self, table: str) -> Count | None:
        """Return what tells whether a table has rows at all, where the files do."""
        return constant(self.rows[table]) if table in self.rows else None

    def every(self, table: str) -> Count:
        """Count all rows of a table."""
        some = self.some(table)
        return Count(self.scan(table), needs=some, known=self.rows.get(table))

    def marked(self, table: str, column: str, named: str = "") -> str:
        """Write how many different whole numbers a column holds, marked in bits.

        Far quicker than a hash table; empty where the numbers lie too far apart.
        `named` is another column that holds none but these numbers.
        """
        low, high = self.bounds.get((table, column), (0, MARKED))
        if high - low >= MARKED:
            return ""
        name = named or self.column(table, column)
        return f"coalesce(bit_count(bitstring_agg({name}, {low}, {high})), 0)"


def catalog(
    duck: Duck, inputs: Mapping[str, Input], keys: Collection[Rule], today: date
) -> Catalog:
    """Make the tables readable and list what they hold.

    Without rules on keys, nothing of what they hold is measured.
    """
    found = {
        name: {column.lower(): kind for column, kind in columns.items()}
        for name, columns in duck.see_all(inputs).items()
    }
    made = Catalog(found, today)
    if "person_id" in found.get("person", {}):
        duck.see(PEOPLE, duck.fetch(_people(made)))
    return _measured(duck, made, inputs) if keys else made


def _measured(duck: Duck, cdm: Catalog, inputs: Mapping[str, Input]) -> Catalog:
    """Learn how long tables are and how far columns reach, from the files' footers."""
    held = {name: _files(source) for name, source in inputs.items()}
    names = {str(file): name for name, files in held.items() for file in files}
    rows: dict[str, int] = dict.fromkeys(names, 0)
    told: dict[Place, list[dict[str, Any]]] = defaultdict(list)
    for line in duck.footers(names).to_pylist() if names else []:
        rows[line["file"]] = line["rows"]
        told[names[line["file"]], line["column"].lower()].append(line)
    sizes = {n: s.num_rows for n, s in inputs.items() if isinstance(s, pa.Table)}
    for file, name in names.items():
        sizes[name] = sizes.get(name, 0) + rows[file]
    bounds = _reached(cdm, told, WHOLE, ("low", "high"))
    days = _reached(cdm, told, DAYS, ("first", "last"))
    return replace(cdm, bounds=bounds, days=days, rows=sizes)


def _files(source: Input) -> Sequence[Path]:
    """Name the files of a table that lies in files."""
    if isinstance(source, pa.Table):
        return []
    return [source] if isinstance(source, Path) else source


def _reached(
    cdm: Catalog,
    told: Mapping[Place, Sequence[Mapping[str, Any]]],
    kinds: Collection[str],
    ends: tuple[str, str],
) -> dict[Place, tuple[Any, Any]]:
    """Find how far columns of some types reach, where all of their files tell it."""
    reached = {}
    for (table, column), lines in told.items():
        low, high = ([line[end] for line in lines] for end in ends)
        if cdm.tables[table].get(column) in kinds and None not in (*low, *high):
            reached[table, column] = min(low), max(high)
    return reached


def _people(cdm: Catalog) -> str:
    """Write the query for the persons: id, sex, birth in both readings.

    OHDSI reads a birth without `birth_datetime` as the first of the month or of the
    year where it asks for events before birth, and as the first of June where it
    compares two dates (standards/readings.md).
    """
    there = cdm.tables["person"]
    stated = cdm.date("person", "birth_datetime") if "birth_datetime" in there else ""
    year, month, day = (
        cdm.key("person", f"{part}_of_birth") if f"{part}_of_birth" in there else "null"
        for part in ("year", "month", "day")
    )
    exact = f"{year} || '-' || coalesce({month}, 1) || '-' || coalesce({day}, 1)"
    births = (
        f"coalesce({stated or 'null'}, try_cast({written} as date))"
        for written in (exact, f"{year} || '-06-01'")
    )
    sex = (
        cdm.key("person", "gender_concept_id")
        if "gender_concept_id" in there
        else "null"
    )
    born, june = births
    key = cdm.column("person", "person_id")
    return (
        f"select {key} as person_id, {sex} as sex, {born} as born, {june} as june"
        " from person t"
    )
