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

from datong.engine.duckdb import Duck, literal
from datong.lake.releases import Releases
from datong.run.catalog import Catalog
from datong.run.timeline import timeline


class Reader:
    """One release, open for reading."""

    def __init__(
        self, releases: Releases, release: int, known_on: datetime | None = None
    ) -> None:
        """Open it; later releases do not change what is read here.

        `known_on`: the standard records as their sources knew them at that moment.
        """
        self._releases, self.release = releases, releases.get(release)
        self.catalog = Catalog(releases, release)
        self.duck = Duck(alone=True)
        self._tables = self.catalog.define(self.duck, known_on)
        self.duck.do("set search_path = 'omop,records,ledger'")
        self.duck.do("set parquet_metadata_cache = true")  # releases never change
        self.duck.lock([releases.root / "lake"])

    def tables(self) -> dict[str, int]:
        """Return the tables, `schema.table`, with their rows."""
        return dict(self._tables)

    def query(self, sql: str, *values: object) -> pa.Table:
        """Run one query; `?` takes a value. It can read this release, nothing else."""
        return self.duck.fetch(sql, None, *values)

    def serving(self) -> Duck:
        """Open it once more for another thread, with the view `timeline`."""
        if "timeline" not in self._tables:
            place = timeline(self._releases, self.release.id)
            self.duck.do(
                f"create view main.timeline as from read_parquet({literal(place)})"
            )
            self._tables["timeline"] = 0
            if "ledger.guard_person" in self._tables:  # the gate asks it each time
                self.duck.do("drop view main.guard_person")
                made = "create table main.guard_person as from ledger.guard_person"
                self.duck.do(made)
                self.duck.do("create unique index p on main.guard_person (person_key)")
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
