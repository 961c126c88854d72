"""The tables of a release as views over its files.

In:  the manifest of a release.
Out: views in the schemas `omop`, `records`, `history` and `ledger`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.engine.duckdb import Duck, literal, quoted
from datong.lake.releases import Releases, TableFile

LINEAGE = ("_record", "_row", "_rule", "_why", "_shortened")
LINEAGE_OF = """
select {table} as target_table, cast({key} as bigint) as target, _record as record,
       _row as source_row, _rule as rule, {why} as why
from read_parquet([{files}], union_by_name = true) where _row is not null
"""


class Catalog:
    """What a release holds, by schema and table."""

    def __init__(self, releases: Releases, release: int) -> None:
        """Read the manifest."""
        self.release = releases.get(release)
        self.omop = releases.files(release, "omop")
        self.records = releases.files(release, "records")
        self.history = releases.files(release, "history")
        self.shapes = releases.files(release, "shapes")
        self.rejects = releases.files(release, "rejects")
        self.landed = releases.files(release, "landed")
        self.facts = releases.files(release, "facts")
        self.work = releases.files(release, "work")

    def define(self, duck: Duck) -> dict[str, int]:
        """Make the views; return the rows of each."""
        rows = self.define_ledger(duck)
        for schema, tables in (("omop", self.omop), ("records", self.records)):
            duck.do(f"create schema if not exists {schema}")
            rows |= self._views(duck, schema, tables)
        duck.do(f"create view ledger.lineage as {self.lineage()}")
        duck.see("ledger_entries", pa.Table.from_pylist(self.release.ledger))
        duck.do("create table ledger.entries as select * from ledger_entries")
        rows["ledger.entries"] = len(self.release.ledger)
        return rows

    def define_ledger(self, duck: Duck) -> dict[str, int]:
        """Make the views of facts, rejects and earlier versions; return their rows."""
        for schema in ("history", "ledger"):
            duck.do(f"create schema if not exists {schema}")
        refused = [file for files in self.rejects.values() for file in files]
        return {
            **self._views(duck, "history", self.history),
            **self._views(duck, "ledger", self.facts),
            **self._views(duck, "ledger", {"rejects": refused}),
        }

    def _views(
        self, duck: Duck, schema: str, tables: Mapping[str, Sequence[TableFile]]
    ) -> dict[str, int]:
        """Make the views of one schema; records have all columns of their kind."""
        rows = {}
        for table, files in sorted(tables.items()):
            pure = pure_of(files) if schema == "omop" else "*"
            is_kind = schema in ("records", "history")
            shaped = [*(self.shapes.get(table, ()) if is_kind else ()), *files]
            duck.do(_view(f"{schema}.{quoted(table)}", shaped, pure))
            rows[f"{schema}.{table}"] = sum(file.rows for file in files)
        return rows

    def lineage(self) -> str:
        """Return the sidecar of the view: which source row each row came from."""
        parts = []
        for table, files in sorted(self.omop.items()):
            if "_row" in _marks(files):
                key = quoted(pq.read_schema(files[0].path).names[0])
                why = "_why" if "_why" in _marks(files) else "cast(null as varchar)"
                listed = ", ".join(literal(file.path) for file in files)
                parts.append(
                    LINEAGE_OF.format(
                        table=literal(table), key=key, why=why, files=listed
                    )
                )
        nothing = (
            "select '' as target_table, 0 as target, 0 as record, 0 as source_row,"
            " 0 as rule, '' as why where false"
        )
        return " union all ".join(parts) or nothing


def _marks(files: Sequence[TableFile]) -> list[str]:
    """Name the lineage columns of a table's files."""
    names = pq.read_schema(files[0].path).names
    return [name for name in LINEAGE if name in names]


def pure_of(files: Sequence[TableFile]) -> str:
    """Return what to select of a table of the view so that lineage stays out."""
    marks = _marks(files)
    return f"* exclude ({', '.join(marks)})" if marks else "*"


def _view(name: str, files: Sequence[TableFile], pick: str = "*") -> str:
    """Return the statement that makes a view over files."""
    return f"create view {name} as select {pick} from {read_files(files)}"


def read_files(files: Sequence[TableFile]) -> str:
    """Return files as a table."""
    listed = ", ".join(literal(Path(file.path)) for file in files)
    return f"read_parquet([{listed}], union_by_name = true)"
