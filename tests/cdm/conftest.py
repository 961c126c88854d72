"""A small bench: standard records as rows of Python, their views run by the engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from datong.cdm.omop import View, accounts, views
from datong.cdm.omop.concepts import NO_CODES, Known, Vocabularies, codes, resolve
from datong.engine.duckdb import ARROW, Duck, Input
from datong.standards.records import all_kinds

Rows = Sequence[Mapping[str, Any]]
GIVEN = {"organization": "h1", "source": "his", "_rule": 1, "person": 1}
RELEASE = pa.table(
    {
        "name": ["Region"],
        "abbreviation": ["R"],
        "holder": ["Region"],
        "description": [""],
        "source_date": [date(2025, 1, 1)],
        "release_date": [date(2025, 1, 2)],
        "vocabulary": [""],
    }
)


def table_of(kind: str, rows: Rows) -> pa.Table:
    """Lay records flat as the run does; what a test leaves out is null."""
    held = [c for c in all_kinds()[kind].shape if not c.identifies]
    schema = pa.schema([(c.name, ARROW[c.kind]) for c in held])
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, unknown
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


@dataclass
class Omop:
    """The tables that came out."""

    duck: Duck
    folder: Path
    files: dict[str, list[Path]]
    counted: list[dict[str, Any]] = field(default_factory=list)
    read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def rows(self, table: str) -> list[dict[str, Any]]:
        if table in self.read:
            return self.read[table]
        held = [pq.read_table(file) for file in self.files[f"omop_{table}"]]
        rows = pa.concat_tables(held, promote_options="permissive").to_pylist()
        first = next(iter(held[0].schema.names))
        self.read[table] = sorted(rows, key=lambda row: row[first])
        return self.read[table]

    def one(self, table: str) -> dict[str, Any]:
        (row,) = self.rows(table)
        return row

    def account(self, kind: str) -> dict[str, int]:
        told = [row for row in self.counted if row["kind"] == kind]
        whys = {row["why"] for row in told}
        return {w: sum(r["rows"] for r in told if r["why"] == w) for w in whys}


@dataclass
class Bench:
    """Runs the views over records that a test writes down."""

    duck: Duck
    folder: Path
    number: int = 0
    shards: list[str] = field(default_factory=list)

    def run(
        self,
        records: Mapping[str, Rows],
        *,
        vocabularies: Vocabularies | None = None,
        register: Path | None = None,
        meanings: list[dict[str, str]] | None = None,
    ) -> Omop:
        self.number += 1
        place = self.folder / str(self.number)
        full = {
            kind: [
                {**GIVEN, **row, "_row": row.get("_row", row["record"])} for row in rows
            ]
            for kind, rows in records.items()
        }
        tables = {kind: table_of(kind, rows) for kind, rows in full.items()}
        told = {row["organization"] for rows in full.values() for row in rows}
        self.shards = sorted(told)
        found = [self._codes(kind, table, place) for kind, table in tables.items()]
        before = Known("1", register, vocabularies or Vocabularies())
        if meanings:
            before = replace(before, meanings=pa.Table.from_pylist(meanings))
        files = [file for file in found if file]
        codes_found = files or NO_CODES.empty_table()
        known = resolve(self.duck, codes_found, before, place)
        shared: dict[str, Input] = {
            "concept_of": known.concept_of,
            "named": known.named,
            "register": known.register,
            "ingredient_of": known.ingredient_of,
            "release": RELEASE,
        }
        made = (*views(tables, known.routed), *accounts(tables))
        return self._views(made, tables, shared, place)

    def _codes(self, kind: str, table: pa.Table, place: Path) -> Path | None:
        if not codes(kind):
            return None
        file = place / f"codes.{kind}.parquet"
        self.duck.run(codes(kind), {kind: table}, file)
        return file

    def _views(
        self,
        made: tuple[View, ...],
        tables: dict[str, pa.Table],
        shared: dict[str, Input],
        place: Path,
    ) -> Omop:
        out = Omop(self.duck, place, {})
        for view in made:
            over = self.shards if view.grain == "organization" else [""]
            for number, shard in enumerate(over):
                inputs = {
                    name: self._input(name, tables, shared, out, shard)
                    for name in view.reads
                }
                file = place / f"{view.name}.{number}.parquet"
                self.duck.run(view.sql, inputs, file)
                out.files.setdefault(view.name, []).append(file)
                if view.table.startswith("account_"):
                    rows = pq.read_table(file).to_pylist()
                    kind = view.table.removeprefix("account_")
                    out.counted += [{"kind": kind, **row} for row in rows]
        return out

    def _input(
        self,
        name: str,
        tables: dict[str, pa.Table],
        shared: dict[str, Input],
        out: Omop,
        shard: str,
    ) -> Input:
        if name in shared:
            return shared[name]
        if name in tables:
            table = tables[name]
            mine = pc.equal(table["organization"], shard)
            return table.filter(mine) if shard else table
        files = out.files[name]
        if not shard or len(files) == 1:
            return files
        return files[self.shards.index(shard)]


@pytest.fixture(scope="session")
def duck() -> Iterator[Duck]:
    """One engine for all tests."""
    with Duck() as engine:
        yield engine


@pytest.fixture(scope="session")
def bench(duck: Duck, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The bench."""
    return Bench(duck, tmp_path_factory.mktemp("omop"))


@pytest.fixture(scope="session")
def omop(bench: Bench) -> Callable[..., Omop]:
    """Run the views over records."""
    return bench.run
