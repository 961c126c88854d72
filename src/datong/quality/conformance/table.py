"""The table that is checked, whatever it comes as; all values as text.

In:  a Parquet, CSV or Excel file, `DATABASE-URL::TABLE`, an Arrow table, a data frame.
Out: a `Table`: where its columns are, how many rows, which columns hold nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.engine.duckdb import quoted
from datong.quality.conformance.headings import match
from datong.quality.conformance.reasons import UNREADABLE_DATA
from datong.standards.formats import LAYOUTS
from datong.standards.model import Item, Profile
from datong.standards.workbook import read_workbook

SEPARATORS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `fields` maps a field of the profile to the column that holds it."""

    source: Path | pa.Table
    rows: int
    types: Mapping[str, pa.DataType]
    empty: frozenset[str]  # columns without a value
    fields: Mapping[str, str]
    name: str = ""
    written: Mapping[str, str] = field(default_factory=dict)  # field -> SQL, see `look`

    def shown(self, column: str) -> str:
        """Write the expression of a field's value."""
        return self.written.get(column) or quoted(self.fields[column])

    def select(self, columns: Iterable[str]) -> str:
        """Write the query that gives these fields their standard names."""
        shown = (f"{self.shown(c)} as {quoted(c)}" for c in columns)
        return f"select {', '.join(shown) or '1'} from data"


def open_table(data: object, sheet: str = "") -> pa.Table | Path:
    """Return a table as a Parquet path or an Arrow table."""
    if isinstance(data, pa.Table):
        return _of_columns(data, "table")
    if isinstance(data, str | Path):
        found = _open_file(str(data), sheet)
        return found if isinstance(found, Path) else _of_columns(found, str(data))
    if hasattr(data, "to_arrow"):
        return _of_columns(_arrow(data.to_arrow()), "table")
    return _of_columns(pa.Table.from_pandas(data, preserve_index=False), "table")


def _of_columns(table: pa.Table, file: str) -> pa.Table:
    """Refuse two columns of one name: nobody could tell which is meant.

    A column without a name can be no field, and is left out.
    """
    for name, count in Counter(filter(None, table.column_names)).items():
        if count > 1:
            said = f"the column {name} is there {count} times"
            raise Trouble(UNREADABLE_DATA, file, file=Path(file).name, said=said)
    named = [i for i, name in enumerate(table.column_names) if name]
    return table.select(named) if len(named) < table.num_columns else table


def _arrow(table: Any) -> pa.Table:
    """Take what another library calls an Arrow table."""
    return pa.table(table)


def _open_file(place: str, sheet: str) -> pa.Table | Path:
    """Open a file by its ending."""
    if "::" in place:
        return read_database(*place.rsplit("::", 1))
    path = Path(place)
    end = path.suffix.lower()
    if not path.exists():
        raise Trouble(UNREADABLE_DATA, place, file=place, said="there is no such file")
    if end == ".parquet":
        return path
    if end in SEPARATORS:
        return read_csv(path, SEPARATORS[end])
    if end in (".xlsx", ".xls", ".xlsb", ".ods"):
        return read_sheet(path, sheet)
    raise Trouble(UNREADABLE_DATA, place, file=place, said=f"unknown ending {end}")


def encoding(path: Path) -> str:
    """Tell UTF-8 from UTF-16 with its mark and GB18030; refuse broken UTF-8.

    GB18030 reads almost any bytes: broken UTF-8 would become other words in silence.
    """
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        marked = content.decode("utf-8", "replace")
        broken, beyond = marked.count("\ufffd"), sum(c > "\x7f" for c in marked)
        if beyond < 4 * broken:
            return "gb18030"
        line = content.count(b"\n", 0, error.start) + 1
        said = f"line {line} is broken UTF-8, while the rest is sound"
        raise Trouble(UNREADABLE_DATA, path, file=path.name, said=said) from error
    return "utf-8"


def read_csv(path: Path, separator: str) -> pa.Table:
    """Read a delimited text; every value stays the text that it is."""
    try:
        with path.open(encoding=encoding(path)) as opened:
            head = opened.readline().strip("\ufeff\r\n")
        names = [name.strip('"') for name in head.split(separator)]
        return pc.read_csv(
            path,
            pc.ReadOptions(encoding=encoding(path)),
            pc.ParseOptions(delimiter=separator, newlines_in_values=True),
            pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError) as error:
        said = str(error).splitlines()[0]
        raise Trouble(UNREADABLE_DATA, path, file=path.name, said=said) from error


def read_sheet(path: Path, sheet: str = "") -> pa.Table:
    """Read a spreadsheet whose first row is the heading."""
    head, *body = read_workbook(path, sheet) or [[]]
    columns = ([row[i] or None for row in body] for i in range(len(head)))
    return pa.table([pa.array(column, pa.string()) for column in columns], head)


def read_database(address: str, table: str) -> pa.Table:
    """Read a table of a database that SQLAlchemy reaches."""
    import sqlalchemy as sa  # noqa: PLC0415 - slow to load, rarely needed

    try:
        with sa.create_engine(address).connect() as connection:
            found = sa.Table(table, sa.MetaData(), autoload_with=connection)
            result = connection.execute(sa.select(found))
            names = list(result.keys())
            parts = [
                pa.table([pa.array(c) for c in zip(*rows, strict=True)], names)
                for rows in result.partitions(50_000)
            ]
    except sa.exc.SQLAlchemyError as error:
        said = type(error).__name__
        raise Trouble(UNREADABLE_DATA, table, file=table, said=said) from error
    empty = pa.table({name: pa.array([], pa.string()) for name in names})
    return pa.concat_tables(parts, promote_options="permissive") if parts else empty


def look(
    source: pa.Table | Path, profile: Profile, mapped: Mapping[str, str] | None = None
) -> Table:
    """Find the profile's fields among the columns of a table.

    What a column's storage type adds to a value is not the value: a code or a count
    that lies in a column of floats is read without its `.0`, a day in a column of
    moments without its midnight, and both in the item's own form.
    """
    if isinstance(source, Path):
        meta = pq.ParquetFile(source)
        schema, rows, empty = meta.schema_arrow, meta.metadata.num_rows, _void(meta)
    else:
        schema, rows = source.schema, source.num_rows
        empty = {n for n in schema.names if source[n].null_count == rows}
    types = dict(zip(schema.names, schema.types, strict=True))
    fields = match(schema.names, profile, mapped or {})
    written = {
        column: sql
        for column, held in fields.items()
        if (sql := _written(profile.items[column], types[held], quoted(held)))
    }
    return Table(source, rows, types, frozenset(empty), fields, "", written)


def _written(item: Item, kind: pa.DataType, v: str) -> str:
    """Write a stored value as its item writes it; empty where nothing is to be done."""
    text = f"cast({v} as varchar)"
    if pa.types.is_floating(kind) and item.kind != "decimal":
        whole = f"cast(cast({v} as hugeint) as varchar)"
        return f"case when {v} = trunc({v}) then {whole} else {text} end"
    if pa.types.is_timestamp(kind) and item.kind == "date":
        day = f"strftime({v}, '{LAYOUTS[item.format][0]}')"
        return f"case when {v} = date_trunc('day', {v}) then {day} else {text} end"
    return ""


def _void(file: pq.ParquetFile) -> set[str]:
    """Name the columns of a Parquet file whose statistics say that all is null."""
    meta = file.metadata
    void = set(file.schema_arrow.names)
    for group in range(meta.num_row_groups):
        for index in range(meta.num_columns):
            column = meta.row_group(group).column(index)
            stats = column.statistics
            known = stats is not None and stats.has_null_count
            if not known or stats.null_count < column.num_values:
                void.discard(column.path_in_schema)
    return void
