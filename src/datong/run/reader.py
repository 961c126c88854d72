"""Reading a release: tables by name, in SQL, nothing else within reach.

In:  a release.
Out: rows.

Schemas: `omop` (the view, pure), `records` (standard records), `history` (their earlier
versions), `ledger` (entries, rejects, lineage, files, rules, codes). A table
may be named without its schema, but for `history`.
"""

from copy import copy
from datetime import datetime
from types import TracebackType
from typing import Self

import pyarrow as pa

from datong.engine.duckdb import Duck, quoted
from datong.lake.releases import Releases
from datong.run.catalog import Catalog
from datong.run.known import Known
from datong.run.serving import serve

SCHEMAS = ("omop", "records", "history", "ledger")


class Reader:
    """One release, open for reading."""

    def __init__(
        self, releases: Releases, release: int, known_on: datetime | None = None
    ) -> None:
        """Open it; later releases do not change what is read here.

        `known_on`: the records and the view as the sources knew them at that moment.
        """
        self._releases, self.release = releases, releases.get(release)
        self.catalog = Catalog(releases, release)
        self.duck = Duck(alone=True)
        self._tables: dict[str, int | None] = {}
        self._known: Known | None = None
        if known_on is None:
            self._tables.update(self.catalog.define(self.duck))
        else:
            self._known = Known(self.duck, self.catalog, releases.root / "lake")
            self._tables = self._known.define(known_on)
        self.duck.do("set search_path = 'omop,records,ledger'")
        self.duck.do("set parquet_metadata_cache = true")  # releases never change
        self.duck.lock([releases.root / "lake"])

    def tables(self) -> dict[str, int]:
        """Return the tables, `schema.table`, with their rows, by schema."""
        for name in [name for name, rows in self._tables.items() if rows is None]:
            schema, _, table = name.partition(".")
            counted = f"select count(*) as n from {schema}.{quoted(table)}"
            self._tables[name] = self.query(counted)["n"][0].as_py()
        return {
            name: self._tables[name] or 0 for name in sorted(self._tables, key=_rank)
        }

    def query(self, sql: str, *values: object) -> pa.Table:
        """Run one query; `?` takes a value. It can read this release, nothing else."""
        if self._known is not None:
            self._known.make(sql)
        return self.duck.fetch(sql, None, *values)

    def serving(self) -> Duck:
        """Open it once more for another thread, with what the gate and pages ask."""
        if "timeline" not in self._tables:
            self._tables["timeline"] = serve(self.duck, self._releases, self.catalog)
        return self.duck.again()

    def apart(self, duck: Duck) -> "Reader":
        """Return the same release, read through another opening of it."""
        made = copy(self)
        made.duck = duck
        return made

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.duck.__exit__(kind, error, traceback)


def _rank(name: str) -> tuple[bool, int, str]:
    """Return where a table stands in a list; what only pages read comes last."""
    schema = name.partition(".")[0]
    known = schema in SCHEMAS
    return not known, SCHEMAS.index(schema) if known else 0, name
