"""Lineage, both ways: any published value to its source line, any line to what it gave.

In:  a release.
Out: traces: the value's row, its record, its mapping and edition, its source line.
"""

from dataclasses import dataclass, field
from typing import Any

from datong.core.reason import Trouble
from datong.engine.duckdb import quoted
from datong.run.heads import head_of
from datong.run.places import Place, Places
from datong.run.reader import Reader
from datong.run.reasons import TRACE
from datong.run.settings import Settings

Row = dict[str, Any]
HELD = ("records", "history")  # what holds, what held before


@dataclass(frozen=True, slots=True)
class Head:
    """The row of another table that a source row is joined to."""

    place: Place
    cells: Row


@dataclass(frozen=True, slots=True)
class Trace:
    """One source row and all that came of it."""

    place: Place
    cells: Row  # the source row as it was landed
    rules: list[Row]  # mapping, edition, [[record]], kind
    records: list[Row]
    rows: dict[str, list[Row]] = field(default_factory=dict)  # of the view, by table
    rejects: list[Row] = field(default_factory=list)
    head: Head | None = None  # by `[join]`: where patient, visit and time came from


class Tracer:
    """Traces values of one release."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        """Take the release."""
        self.reader, self.places = reader, Places(settings, reader)

    def value(self, table: str, number: int) -> list[Trace]:
        """Trace a row of the view or a record (`diagnosis:123`) back to its source.

        A record is traced through its versions, the one that holds first. A table of
        OMOP takes the number in its key, a kind of record the record's.
        """
        if f"records.{table}" in self.reader.tables():
            schemas = [s for s in HELD if f"{s}.{table}" in self.reader.tables()]
            asked = " union all ".join(
                f"select _row, version from {s}.{quoted(table)} where record = $1"
                for s in schemas
            )
            rows = self._rows(
                f"select _row from ({asked}) order by version desc", number
            )
        else:
            sql = (
                "select source_row as _row from ledger.lineage"
                " where target_table = ? and target = ?"
            )
            rows = self._rows(sql, table, number)
        if not rows:
            raise Trouble(TRACE, what=f"{table}:{number}")
        return [self.row(row) for row in dict.fromkeys(one["_row"] for one in rows)]

    def line(self, file: str, line: int) -> Trace:
        """Trace a line of a raw file forward."""
        row = self.places.row_at(file, line)
        if row is None:
            raise Trouble(TRACE, what=f"{file}:{line}")
        return self.row(row)

    def row(self, row: int) -> Trace:
        """Return all that is known of one source row."""
        found = self._rows("select * from ledger.lineage where source_row = ?", row)
        records: list[Row] = []
        kinds = [n for n in self.reader.tables() if n.startswith(tuple(HELD))]
        for name in kinds:
            schema, _, kind = name.partition(".")
            place = f"{schema}.{quoted(kind)}"
            told = self._rows(f"select * from {place} where _row = ?", row)
            records += [{"kind": kind, **_filled(record)} for record in told]
        rules = sorted({record["_rule"] for record in records})
        marks = ", ".join("?" for _ in rules) or "null"
        sql = f"select * from ledger.rules where rule in ({marks}) order by rule"
        cells = self._cells(row)
        head = head_of(self.places, row, cells)
        return Trace(
            place=self.places.of(row),
            cells=cells,
            head=None
            if head is None
            else Head(self.places.of(head), self._cells(head)),
            rules=self._rows(sql, *rules),
            records=records,
            rows=self._view_rows(found),
            rejects=self._rows("select * from ledger.rejects where _row = ?", row),
        )

    def _view_rows(self, lineage: list[Row]) -> dict[str, list[Row]]:
        """Return the rows of the view that came of a source row."""
        tables: dict[str, list[Row]] = {}
        for one in lineage:
            place = f"omop.{quoted(one['target_table'])}"
            key = self.reader.query(f"from {place} limit 0").column_names[0]
            sql = f"select * from {place} where {quoted(key)} = ?"
            told = [_filled(line) for line in self._rows(sql, one["target"])]
            tables.setdefault(one["target_table"], []).extend(told)
        return tables

    def _cells(self, row: int) -> Row:
        """Return a source row as it was landed."""
        path = self.places.landed[row >> 40]
        rows = self._rows(
            "select * from read_parquet(?) where _row = ?", str(path), row
        )
        return {k: v for one in rows for k, v in one.items() if k != "_row"}

    def _rows(self, sql: str, *values: object) -> list[Row]:
        """Ask the release."""
        found: list[Row] = self.reader.query(sql, *values).to_pylist()
        return found


def _filled(row: Row) -> Row:
    """Leave out what is empty."""
    return {name: value for name, value in row.items() if value is not None}
