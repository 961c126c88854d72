"""The tables of a release as views over its files.

In:  the manifest of a release.
Out: views in the schemas `omop`, `records`, `history` and `ledger`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.engine.duckdb import Duck, literal, quoted
from datong.engine.land import RECORD_BITS
from datong.lake.releases import Releases, TableFile

LINEAGE = ("_record", "_row", "_rule", "_why", "_shortened")
LINEAGE_OF = """
select {table} as target_table, cast({key} as bigint) as target, _record as record,
       _row as source_row, _rule as rule, {why} as why
from read_parquet([{files}], union_by_name = true) where _row is not null
"""
# A version was known from the moment that its source changed it and made it available;
# where the source tells neither, from the delivery; until the next version.
KNOWN = """
select records.* exclude (known_to) from (
    select *, cast(null as timestamp) as known_to from {now} where deleted is not true
    {past}
) records join ledger.files on files.file = records._row >> {bits}
where coalesce(greatest(available, known), files.delivered, files.seen) <= {moment}
"""
PAST = "union all by name select * from {past} where known_to > {moment}"


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

    def define(self, duck: Duck, known_on: datetime | None = None) -> dict[str, int]:
        """Make the views; return the rows of each.

        `known_on`: the records as they were known at a moment, and no other view.
        """
        for schema in ("omop", "records", "history", "ledger"):
            duck.do(f"create schema if not exists {schema}")
        rows: dict[str, int] = {}
        if known_on is None:
            rows |= self._views(duck, "omop", self.omop)
            rows |= self._views(duck, "records", self.records)
        rows |= self._views(duck, "history", self.history)
        rows |= self._views(duck, "ledger", self.facts)
        refused = [file for files in self.rejects.values() for file in files]
        rows |= self._views(duck, "ledger", {"rejects": refused})
        if known_on is not None:
            return self._known(duck, known_on) | rows
        duck.do(f"create view ledger.lineage as {self.lineage()}")
        duck.see("ledger_entries", pa.Table.from_pylist(self.release.ledger))
        duck.do("create table ledger.entries as select * from ledger_entries")
        rows["ledger.entries"] = len(self.release.ledger)
        return rows

    def _views(
        self, duck: Duck, schema: str, tables: Mapping[str, Sequence[TableFile]]
    ) -> dict[str, int]:
        """Make the views of one schema; records have all columns of their kind."""
        rows = {}
        for table, files in sorted(tables.items()):
            marks = _marks(files) if schema == "omop" else ()
            pure = f"* exclude ({', '.join(marks)})" if marks else "*"
            is_kind = schema in ("records", "history")
            shaped = [*(self.shapes.get(table, ()) if is_kind else ()), *files]
            duck.do(_view(f"{schema}.{quoted(table)}", shaped, pure))
            rows[f"{schema}.{table}"] = sum(file.rows for file in files)
        return rows

    def _known(self, duck: Duck, moment: datetime) -> dict[str, int]:
        """Make the views of the records that were known at a moment."""
        rows, stated = {}, f"timestamp {literal(moment)}"
        for table, files in sorted(self.records.items()):
            now = _read([*self.shapes.get(table, ()), *files])
            earlier = self.history.get(table)
            past = PAST.format(past=_read(earlier), moment=stated) if earlier else ""
            sql = KNOWN.format(now=now, past=past, moment=stated, bits=RECORD_BITS)
            duck.do(f"create view records.{quoted(table)} as {sql}")
            (count,) = duck.one(f"select count(*) from records.{quoted(table)}")
            rows[f"records.{table}"] = int(str(count))
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


def _view(name: str, files: Sequence[TableFile], pick: str = "*") -> str:
    """Return the statement that makes a view over files."""
    return f"create view {name} as select {pick} from {_read(files)}"


def _read(files: Sequence[TableFile]) -> str:
    """Return files as a table."""
    listed = ", ".join(literal(Path(file.path)) for file in files)
    return f"read_parquet([{listed}], union_by_name = true)"
