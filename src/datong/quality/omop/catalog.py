"""Which tables and columns are there, and how a column is read as what it should be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.scan import Count, Scan, rows_of
from datong.standards.omop import Rule

WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
WHOLE |= {f"U{name}" for name in WHOLE}
FAR = 1 << 63
NUMBERS = {"FLOAT", "DOUBLE", "DECIMAL"}
# The persons with their dates of birth in both of OHDSI's readings, made once a run.
PEOPLE = "quality_people"


class Absent(Exception):  # noqa: N818 - it names a state of the data, not our error
    """A table or a column that a check needs is not there."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The tables of one database: for each its columns with their types.

    `bounds` are the least and the greatest value of whole-number keys, `rows` the size
    of each table: what the files tell without being read. (They tell how many values
    are missing too, but some writers tell it wrong.)
    """

    tables: Mapping[str, Mapping[str, str]]
    today: date
    bounds: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

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

    def scan(self, table: str) -> Scan:
        """Return the plain scan of a table."""
        if table not in self.tables:
            raise Absent(table)
        return rows_of(table)

    def ends(self, table: str) -> Scan:
        """Return the scan for least and greatest values, which the files' footers tell.

        It is written unlike the plain scan so that only such values share its query.
        """
        return Scan(f"{quoted(table)} as t")

    def some(self, table: str) -> Count:
        """Count the rows along with the ends.

        What needs it is counted in the pass after them, all in one.
        """
        return Count(self.ends(table), needs=self.every(table))

    def every(self, table: str) -> Count:
        """Count all rows of a table."""
        return Count(self.scan(table), known=self.rows.get(table))


def catalog(
    duck: Duck, inputs: Mapping[str, Input], keys: Iterable[Rule], today: date
) -> Catalog:
    """Make the tables readable and list what they hold; `keys` are rules on keys."""
    found = {
        name: {column.lower(): kind for column, kind in columns.items()}
        for name, columns in duck.see_all(inputs).items()
    }
    made = Catalog(found, today)
    if "person_id" in found.get("person", {}):
        duck.see(PEOPLE, duck.fetch(_people(made)))
    return _measured(duck, made, keys)


def _measured(duck: Duck, cdm: Catalog, keys: Iterable[Rule]) -> Catalog:
    """Learn how long tables are and how far keys reach, from the files' footers."""
    places = {
        (rule.table, rule.field): cdm.column(rule.table, rule.field)
        for rule in keys
        if cdm.tables.get(rule.table, {}).get(rule.field, "") in WHOLE
    }
    counted = [(table, "", "count(*)", "0") for table in cdm.tables]
    counted += [(*place, f"min({sql})", f"max({sql})") for place, sql in places.items()]
    parts = (
        f"select {n} as n, {low} as low, {high} as high from {quoted(table)} t"
        for n, (table, _, low, high) in enumerate(counted)
    )
    rows = duck.fetch(" union all ".join(parts)).to_pylist() if counted else []
    told = {counted[row["n"]][:2]: (row["low"], row["high"]) for row in rows}
    bounds = {
        place: (int(low), int(high))
        for place, (low, high) in told.items()
        if place[1] and low is not None and -FAR < low <= high < FAR
    }
    sizes = {table: int(n) for (table, field), (n, _) in told.items() if not field}
    return replace(cdm, bounds=bounds, rows=sizes)


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
