"""The embedded default: DuckDB, in one process, on one machine.

Nothing durable lies in a DuckDB file: inputs are Parquet files or Arrow tables, outputs
are Parquet files that are written aside and renamed, so that a killed process leaves
either the whole file or none.
"""

import atexit
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Self, TypeAlias

import duckdb
import psutil
import pyarrow as pa

from datong.core.reason import Trouble
from datong.core.shape import Kind, Shape
from datong.engine.disk import is_disk_full
from datong.engine.reasons import DISK_FULL, QUERY

# DuckDB 2 warns that this copies the answer once more; its relations, which do not,
# plan each query twice, and that costs more on the small answers that are fetched here.
COPIES = "Arrow output on a DB-API result"
warnings.filterwarnings("ignore", message=COPIES)

TYPES = {
    Kind.TEXT: "varchar",
    Kind.WHOLE: "bigint",
    Kind.DECIMAL: "decimal(18, 6)",
    Kind.DATE: "date",
    Kind.TIME: "timestamp",
    Kind.FLAG: "boolean",
}
ARROW = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 6),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("us"),
    Kind.FLAG: pa.bool_(),
}

# What a template reads: one Parquet file, several of one shape, or an Arrow table.
Input: TypeAlias = Path | Sequence[Path] | pa.Table


VERSION = duckdb.__version__

# What a column's footer tells: which end, read as what, known as what.
FOOTER = (
    ("min", "bigint", "low"),
    ("max", "bigint", "high"),
    ("min", "date", "first"),
    ("max", "date", "last"),
)


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
    """A place in DuckDB's memory, that reads and writes files.

    All of a process share one DuckDB, its cores and its memory; what one `Duck` makes
    there (views, temporary tables) no other sees, and it goes when it closes.
    """

    def __init__(self, *, alone: bool = False, ordered: bool = True) -> None:
        """Open it; `alone`: a DuckDB of its own, which can be locked.

        `ordered`: rows come as they lie in their files, so that `row_number() over ()`
        and `limit` mean something. Bulk writing that gives no meaning to order is
        nearly twice as fast without.
        """
        if alone:
            self.db = _open(ordered=ordered)
        else:
            self.db = _shared(os.getpid(), ordered=ordered).cursor()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.db.close()

    def again(self) -> "Duck":
        """Open the same DuckDB once more, for another thread; locks hold there too."""
        made = object.__new__(Duck)
        made.db = self.db.cursor()
        return made

    def lock(self, folders: Iterable[Path]) -> None:
        """Allow reads below these folders only, for ever: before others' SQL runs."""
        places = ", ".join(literal(f"{folder.resolve()}/") for folder in folders)
        self.db.execute(f"set allowed_directories = [{places}]")
        self.db.execute("set enable_external_access = false")
        self.db.execute("set lock_configuration = true")

    def see(self, name: str, source: Input) -> None:
        """Make an input readable under a name."""
        place = quoted(name)
        if isinstance(source, pa.Table):
            self.db.register(f"arrow {name}", source)
            held = quoted(f"arrow {name}")
            made = f"create or replace temp view {place} as select * from {held}"
            self.db.execute(made)
            return
        files = [source] if isinstance(source, Path) else source
        listed = ", ".join(literal(file) for file in files)
        many = ", union_by_name = true" if len(files) > 1 else ""
        read = f"select * from read_parquet([{listed}]{many})"
        self.db.execute(f"create or replace temp view {place} as {read}")

    def see_all(self, inputs: Mapping[str, Input]) -> dict[str, dict[str, str]]:
        """Make inputs readable; return the columns of each, with their types."""
        for name, source in inputs.items():
            self.see(name, source)
        found: dict[str, dict[str, str]] = {}
        sql = (
            "select table_name, column_name, data_type from duckdb_columns()"
            " where database_name = 'temp' order by table_name, column_index"
        )
        for table, column, kind in self.db.execute(sql).fetchall():
            found.setdefault(table, {})[column] = kind
        return {name: found[name] for name in inputs}

    def footers(self, files: Iterable[str]) -> pa.Table:
        """Return what the footers of Parquet files tell of each column.

        A row has `file`, `column`, `rows`, the least and the greatest whole number
        (`low`, `high`) or day (`first`, `last`); null where a part tells none.
        """
        listed = ", ".join(literal(file) for file in files)
        ends = (
            f"case when bool_and(stats_{end}_value is not null) then"
            f" {end}(try_cast(stats_{end}_value as {kind})) end as {name}"
            for end, kind, name in FOOTER
        )
        sql = (
            "select file_name as file, path_in_schema as column,"
            f" sum(row_group_num_rows)::bigint as rows, {', '.join(ends)}"
            f" from parquet_metadata([{listed}]) group by file_name, path_in_schema"
        )
        return self.fetch(sql)

    def do(self, sql: str) -> None:
        """Run a statement that makes something inside the engine."""
        with _told(sql):
            self.db.execute(sql)

    def run(
        self, sql: str, inputs: Mapping[str, Input], output: Path, group: int = 122_880
    ) -> int:
        """Run one query over named inputs into one Parquet file; return its rows.

        `group` is the number of rows that are read together: small for look-ups.
        """
        for name, source in inputs.items():
            self.see(name, source)
        with _aside(output) as part, _told(sql):
            done = self.db.execute(
                f"copy ({sql}) to {literal(part)}"
                " (format parquet, compression zstd, compression_level 1,"
                f" row_group_size {group})"
            ).fetchone()
        return int(done[0]) if done else 0

    def keep(self, tables: Mapping[str, str], output: Path) -> None:
        """Run queries into tables of a DuckDB file, which is quick to look into.

        A query may ask the tables before it (`kept.name`). Such a file is derived:
        another version of DuckDB may not open it, so `VERSION` belongs into its name,
        and it must be possible to make it again.
        """
        with _aside(output) as part, _told(str(output)):
            self.db.execute(f"attach {literal(part)} as kept")
            try:
                for name, sql in tables.items():
                    self.db.execute(f"create table kept.{quoted(name)} as {sql}")
            finally:
                self.db.execute("detach kept")

    def open_kept(self, place: Path, name: str) -> None:
        """Make the tables of such a file readable, as `name.table`."""
        with _told(str(place)):
            attached = f"attach {literal(place)} as {quoted(name)} (read_only)"
            self.db.execute(attached)

    def fetch(
        self, sql: str, inputs: Mapping[str, Input] | None = None, *values: object
    ) -> pa.Table:
        """Run one query and return its rows as an Arrow table; `?` takes a value."""
        for name, source in (inputs or {}).items():
            self.see(name, source)
        with _told(sql):
            return self.db.execute(sql, list(values) or None).to_arrow_table()

    def one(self, sql: str, *values: object) -> tuple[object, ...]:
        """Run a query that answers with one row."""
        with _told(sql):
            return self.db.execute(sql, list(values) or None).fetchall()[0]


def _open(*, ordered: bool) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB in memory, with 60 % of the memory that is free.

    What does not fit spills into a folder of the system's temporary files, which only
    its owner can read and which goes with the process.
    """
    db = duckdb.connect(":memory:")
    memory = int(psutil.virtual_memory().available * 0.6 / 2**20)
    db.execute(f"set memory_limit = '{max(memory, 256)}MB'")
    db.execute(f"set preserve_insertion_order = {str(ordered).lower()}")
    db.execute("set autoinstall_known_extensions = false")
    spill = tempfile.TemporaryDirectory(prefix="datong-", ignore_cleanup_errors=True)
    atexit.register(spill.cleanup)
    db.execute(f"set temp_directory = {literal(spill.name)}")
    return db


@cache
def _shared(_process: int, *, ordered: bool) -> duckdb.DuckDBPyConnection:
    """Return the DuckDB of this process; a forked one opens its own."""
    return _open(ordered=ordered)


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
        if is_disk_full(said):
            raise Trouble(DISK_FULL, where=said.splitlines()[0]) from error
        raise Trouble(QUERY, where=_short(sql), said=said.splitlines()[0]) from error


def _short(sql: str) -> str:
    """Show a query in one line that fits a terminal."""
    flat = " ".join(sql.split())
    return flat if len(flat) <= 200 else f"{flat[:197]}..."
