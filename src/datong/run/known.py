"""A release as its sources knew it at a moment: standard records, and the OMOP view.

In:  a release (its catalog), a moment.
Out: views in the schemas `records` and `omop`.

Later corrections and deletions are not seen. What words mean is as the release has it:
the vocabularies and the decisions of today over the records of then. The view is the
run's own SQL over the records of the moment.
"""

import re
from datetime import datetime
from pathlib import Path

from datong.cdm.omop import View, views
from datong.cdm.omop.concepts import Vocabularies
from datong.engine.duckdb import Duck, literal, quoted
from datong.engine.land import RECORD_BITS
from datong.run.catalog import Catalog, pure_of, read_files

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
READS = re.compile(r'\b(from|join) "(\w+)"')
MADE = "known"  # the schema of what the view is made from
OWN = "cdm_source"  # a release tells of itself what it always does


class Known:
    """The views of one moment; tables of OMOP are made when they are first named."""

    def __init__(self, duck: Duck, catalog: Catalog, lake: Path) -> None:
        """Take the release; nothing is made yet."""
        self.duck, self.catalog, self.lake = duck, catalog, lake
        self.views: dict[str, View] = {}
        self._done: set[str] = set()

    def define(self, moment: datetime) -> dict[str, int | None]:
        """Make the views; return the rows of each, None where they were not counted."""
        rows: dict[str, int | None] = {**self.catalog.define_ledger(self.duck)}
        for schema in ("records", "omop", MADE):
            self.duck.do(f"create schema if not exists {schema}")
        stated = f"timestamp {literal(moment)}"
        for table, files in sorted(self.catalog.records.items()):
            now = read_files([*self.catalog.shapes.get(table, ()), *files])
            earlier = self.catalog.history.get(table)
            past = (
                PAST.format(past=read_files(earlier), moment=stated) if earlier else ""
            )
            sql = KNOWN.format(now=now, past=past, moment=stated, bits=RECORD_BITS)
            name = f"records.{quoted(table)}"
            self.duck.do(f"create view {name} as {sql}")
            self.duck.do(f"create view {MADE}.{quoted(table)} as from {name}")
            rows[f"records.{table}"] = None
        if self._share():
            made = views(set(self.catalog.records))
            self.views = {view.name: view for view in made if view.table != OWN}
            rows |= {f"omop.{table}": None for table in self.catalog.omop}
        return rows

    def make(self, sql: str) -> None:
        """Make the tables of OMOP that a question names."""
        words = set(re.findall(r"\w+", sql.lower()))
        for table in sorted(words & self.catalog.omop.keys()):
            if table != OWN and self.views:
                self._make(f"omop_{table}")

    def _make(self, name: str) -> None:
        """Make a table, and before it those that it reads."""
        view = self.views.get(name)
        if view is None or name in self._done:
            return
        self._done.add(name)
        for read in view.reads:
            self._make(read)
        sql = READS.sub(rf'\1 {MADE}."\2"', view.sql)
        self.duck.do(f"create table {MADE}.{quoted(name)} as {sql}")
        if view.published:
            pure = pure_of(self.catalog.omop[view.table])
            held = f"select {pure} from {MADE}.{quoted(name)}"
            self.duck.do(f"create view omop.{quoted(view.table)} as {held}")

    def _share(self) -> bool:
        """Make what every view reads; a release of an older datong lacks some of it."""
        held = {
            f"{MADE}.concept_of": self.catalog.facts.get("concept_of"),
            f"{MADE}.register": self.catalog.work.get("register"),
            f"{MADE}.named": self.catalog.work.get("named"),
            f"omop.{OWN}": self.catalog.omop.get(OWN),
        }
        if not all(held.values()):
            return False
        for name, files in held.items():
            pure = pure_of(files or ())
            source = read_files(files or ())
            self.duck.do(f"create view {name} as select {pure} from {source}")
        converted = self.lake / "athena"
        folder = converted if (converted / "ingredient.parquet").is_file() else None
        self.duck.see("ingredients", Vocabularies(folder).table("ingredient"))
        self.duck.do(f"create table {MADE}.ingredient_of as from ingredients")
        return True
