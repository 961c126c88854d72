"""The embedded default: DuckDB, in one process, on one machine.

Nothing durable lies in a DuckDB file: inputs are Parquet files or Arrow tables, outputs
are Parquet files that are written aside and renamed, so that a killed process leaves
either the whole file or none.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeAlias

import duckdb
import psutil
import pyarrow as pa

from datong.core.reason import Trouble
from datong.core.shape import Kind, Shape
from datong.engine.reasons import DISK_FULL, QUERY

TYPES = {
    Kind.TEXT: "varchar",
    Kind.WHOLE: "bigint",
    Kind.DECIMAL: "decimal(18, 6)",
    Kind.DATE: "date",
    Kind.TIME: "timestamp",
    Kind.FLAG: "boolean",
}

# What a template reads: one Parquet file, several of one shape, or an Arrow table.
Input: TypeAlias = Path | Sequence[Path] | pa.Table


def quoted(name: str) -> str:
    """Write a name (of a table, of a column) so that SQL takes it for a name."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Write a text so that SQL takes it for a text."""
    return "'" + str(text).replace("'", "''") + "'"


def empty(shape: Shape) -> str:
    """Return a query for no rows of a shape, for inputs that may be absent."""
    columns = (f"cast(null as {TYPES[c.kind]}) as {quoted(c.name)}" for c in shape)
    return f"select {', '.join(columns)} where false"


class Duck:
    """A DuckDB in memory that reads and writes files."""

    def __init__(
        self, spill: Path | None = None, threads: int = 0, memory_mb: int = 0
    ) -> None:
        """Open it.

        `spill` is where work that outgrows the memory goes; `threads` 0 means all
        cores; `memory_mb` 0 means 60 % of what the machine has free.
        """
        self.db = duckdb.connect(":memory:")
        memory = memory_mb or int(psutil.virtual_memory().available * 0.6 / 2**20)
        self.db.execute(f"set memory_limit = '{max(memory, 256)}MB'")
        self.db.execute(f"set threads = {threads or os.cpu_count() or 1}")
        self.db.execute("set preserve_insertion_order = true")
        self.db.execute("set autoinstall_known_extensions = false")
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True)
            self.db.execute(f"set temp_directory = {literal(spill)}")

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.db.close()

    def lock(self, folders: Iterable[Path]) -> None:
        """Allow reads below these folders only, for ever: before others' SQL runs."""
        places = ", ".join(literal(f"{folder.resolve()}/") for folder in folders)
        self.db.execute(f"set allowed_directories = [{places}]")
        self.db.execute("set enable_external_access = false")
        self.db.execute("set lock_configuration = true")

    def see(self, name: str, source: Input) -> None:
        """Make an input readable under a name, `schema.table` included."""
        place = ".".join(quoted(part) for part in name.split(".", 1))
        if "." in name:
            schema = quoted(name.split(".", 1)[0])
            self.db.execute(f"create schema if not exists {schema}")
        if isinstance(source, pa.Table):
            held = f"arrow_{abs(hash(name))}"
            self.db.register(held, source)
            self.db.execute(f"create or replace view {place} as select * from {held}")
            return
        files = [source] if isinstance(source, Path) else source
        listed = ", ".join(literal(file) for file in files)
        many = ", union_by_name = true" if len(files) > 1 else ""
        read = f"select * from read_parquet([{listed}]{many})"
        self.db.execute(f"create or replace view {place} as {read}")

    def do(self, sql: str) -> None:
        """Run a statement that makes something inside the engine."""
        with _told(sql):
            self.db.execute(sql)

    def run(self, sql: str, inputs: Mapping[str, Input], output: Path) -> int:
        """Run one query over named inputs into one Parquet file; return its rows."""
        for name, source in inputs.items():
            self.see(name, source)
        with _aside(output) as part, _told(sql):
            done = self.db.execute(
                f"copy ({sql}) to {literal(part)}"
                " (format parquet, compression zstd, compression_level 1)"
            ).fetchone()
        return int(done[0]) if done else 0

    def fetch(
        self, sql: str, inputs: Mapping[str, Input] | None = None, *values: object
    ) -> pa.Table:
        """Run one query and return its rows as an Arrow table; `?` takes a value."""
        for name, source in (inputs or {}).items():
            self.see(name, source)
        with _told(sql):
            return self.db.sql(sql, params=list(values) or None).to_arrow_table()

    def one(self, sql: str, *values: object) -> tuple[object, ...]:
        """Run a query that answers with one row."""
        with _told(sql):
            return self.db.execute(sql, list(values) or None).fetchall()[0]


@contextmanager
def _aside(output: Path) -> Iterator[Path]:
    """Let a file be written beside its place, and put it there when it is whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _told(sql: str) -> Iterator[None]:
    """Turn the engine's errors into troubles that say what and what next."""
    try:
        yield
    except duckdb.Error as error:
        said = str(error)
        if "No space left" in said or "max_temp_directory_size" in said:
            raise Trouble(DISK_FULL, where=said.splitlines()[0]) from error
        raise Trouble(QUERY, where=_short(sql), said=said.splitlines()[0]) from error


def _short(sql: str) -> str:
    """Show a query in one line that fits a terminal."""
    flat = " ".join(sql.split())
    return flat if len(flat) <= 200 else f"{flat[:197]}..."
