"""The door for SQL databases: one snapshot, read-only.

In:  a URL of SQLAlchemy (PostgreSQL for real; others by their drivers), or a SQLite
     file.
Out: landed rows of text.

All tables are read in one transaction, so that they fit together; the account needs no
more than the right to read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.land import Landing
from datong.sources.raw import digest_of
from datong.sources.reasons import DATABASE, NO_TABLE

BATCH = 20_000
SYSTEM = {"information_schema", "pg_catalog", "pg_toast", "sys", "mysql"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view of a database."""

    schema: str
    name: str
    columns: tuple[str, ...]
    labels: dict[str, str]  # column: comment of its owner

    @property
    def full(self) -> str:
        """Name it with its schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Snapshot:
    """A database as it stood at one moment."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection inside its transaction."""
        self.connection = connection
        quoter = connection.dialect.identifier_preparer
        self.quoted = quoter.quote_identifier

    def relations(self) -> list[Relation]:
        """List the tables and views that the account may see."""
        asked = inspect(self.connection)
        found = []
        for schema in asked.get_schema_names():
            if schema.lower() in SYSTEM or schema.startswith("pg_"):
                continue
            names = [
                *asked.get_table_names(schema=schema),
                *asked.get_view_names(schema=schema),
            ]
            for name in sorted(names):
                columns = asked.get_columns(name, schema=schema)
                labels = {c["name"]: c.get("comment") or "" for c in columns}
                titles = tuple(column["name"] for column in columns)
                found.append(Relation(schema, name, titles, labels))
        return found

    def schema(self, relation: Relation) -> pa.Schema:
        """Return the columns of a relation, all as text."""
        return pa.schema([(name, pa.string()) for name in relation.columns])

    def batches(self, relation: Relation) -> Iterator[pa.Table]:
        """Yield the rows of a relation as text."""
        place = self.quoted(relation.name)
        if relation.schema:
            place = f"{self.quoted(relation.schema)}.{place}"
        listed = ", ".join(map(self.quoted, relation.columns))
        streamed = self.connection.execution_options(
            stream_results=True, yield_per=BATCH
        )
        result = streamed.execute(text(f"select {listed} from {place}"))
        for rows in result.partitions(BATCH):
            columns = zip(*rows, strict=True)
            arrays = [pa.array(list(map(_text, c)), pa.string()) for c in columns]
            yield pa.table(arrays, names=list(relation.columns))

    def read(
        self,
        relation: Relation,
        sink: Landing,
        told: Callable[[int], None] = lambda _rows: None,
    ) -> Entry:
        """Land one relation; return its ledger entry."""
        done = 0
        for table in self.batches(relation):
            sink.rows(table, range(done + 1, done + 1 + table.num_rows))
            done += table.num_rows
            told(table.num_rows)
        return Entry("land", done, sink.kept)


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Open a database for reading, at one moment; raise `Trouble` where it cannot."""
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _locked)
            moment = engine
        else:
            only = {"postgresql_readonly": True}
            moment = engine.execution_options(
                isolation_level="REPEATABLE READ",
                **(only if engine.dialect.name == "postgresql" else {}),
            )
        with moment.connect() as connection:
            yield Snapshot(connection)
        engine.dispose()
    except (SQLAlchemyError, ArgumentError, NoSuchModuleError, ImportError) as error:
        said = str(error).splitlines()[0]
        raise Trouble(DATABASE, where=shown(url), said=said) from error


def tables_of_file(file: Path) -> dict[str, tuple[str, ...]]:
    """List the tables of a SQLite file, and their columns."""
    with snapshot(_url(file)) as found:
        return {one.name: one.columns for one in found.relations()}


def read_file(
    file: Path,
    sink: Landing,
    part: str,
    told: Callable[[int], None] = lambda _bytes: None,
) -> tuple[Entry, str]:
    """Land one table of a SQLite file; return its entry and the file's SHA-256."""
    digest = digest_of(file)
    with snapshot(_url(file)) as found:
        known = {one.name: one for one in found.relations()}
        if part not in known:
            raise Trouble(NO_TABLE, where=file, table=part, has=", ".join(known))
        entry = found.read(known[part], sink)
    told(file.stat().st_size)
    return entry, digest


def _url(file: Path) -> str:
    """Name a SQLite file so that nothing can be written to it."""
    return f"sqlite:///file:{file.resolve()}?mode=ro&immutable=1&uri=true"


def _locked(connection: Any, _: object) -> None:
    """Refuse every write."""
    connection.execute("pragma query_only = on")


def shown(url: str) -> str:
    """Write a URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return ""


def _text(cell: Any) -> str | None:
    """Write one value as text; a null stays one."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="auto")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).hex()
    return str(cell)
