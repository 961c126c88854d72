"""What lies in a file that nobody has seen: the tables, and how each is written.

In:  a file.
Out: its tables, each with its door, its dialect, its columns, and what is odd about it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.sources import dump, sqldb, xlsx
from datong.sources.delimited import Dialect
from datong.sources.encoding import encoding_of
from datong.sources.grid import read_head, usual_width
from datong.sources.raw import content, kind_of
from datong.sources.reasons import CLOSED

HEAD = 2**18  # bytes of a file that are looked at
LINES = 200
DELIMITERS = ",\t;|^\x01"
TEXTS = {".csv", ".tsv", ".txt", ".dat", ".tab", ".psv", ""}
BOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
DUMPS = {".sql", ".ddl"}
DATABASES = {".sqlite", ".sqlite3", ".db"}
FHIR = {".ndjson", ".json"}
NO_HEADER = Say("no header: the names are ours", "没有表头：列名由 datong 所起")
TALL_HEADER = Say("{height} rows above the data", "数据上方有 {height} 行")
HIDDEN = Say("a hidden sheet", "隐藏的工作表")
MERGED = Say("{count} merged cells", "{count} 处合并单元格")


@dataclass(frozen=True, slots=True)
class Seen:
    """A table that was found in a file."""

    file: Path
    door: str  # delimited, xlsx, dump, sqlite, fhir
    part: str = ""  # the sheet, or the table of a dump
    columns: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)  # column: comment of its owner
    dialect: Dialect = field(default_factory=Dialect)
    oddities: tuple[Say, ...] = ()

    @property
    def name(self) -> str:
        """Name the table as its owner does."""
        return self.part or self.file.name.partition(".")[0]


def door_of(file: Path) -> str:
    """Name the door of a file by its ending; empty where there is none."""
    ending = kind_of(file)
    for name, endings in (
        ("delimited", TEXTS),
        ("xlsx", BOOKS),
        ("dump", DUMPS),
        ("sqlite", DATABASES),
        ("fhir", FHIR),
    ):
        if ending in endings:
            return name
    return ""


def sniff(file: Path) -> list[Seen]:
    """Find the tables of a file; none where it is of no format that has tables.

    Raises `Trouble` for a file that cannot be read at all.
    """
    door = door_of(file)
    if door == "xlsx":
        return [_sheet(file, sheet) for sheet in xlsx.sheets(file)]
    if door == "sqlite":
        tables = sqldb.tables_of_file(file)
        return [Seen(file, "sqlite", name, columns) for name, columns in tables.items()]
    if door in {"dump", "delimited"}:
        return _text(file, door)
    if door == "fhir":
        return [Seen(file, "fhir", columns=("resource", "type"))]
    return []


def _sheet(file: Path, sheet: xlsx.Sheet) -> Seen:
    """Describe a sheet of a workbook."""
    head = read_head(sheet.top)
    oddities = [HIDDEN] if sheet.is_hidden else []
    oddities += [MERGED.with_(count=sheet.merged)] if sheet.merged else []
    oddities += _about_head(head.height, is_told=head.is_told)
    dialect = Dialect(header=head.height, columns=head.names)
    return Seen(file, "xlsx", sheet.name, head.names, {}, dialect, tuple(oddities))


def _about_head(height: int, *, is_told: bool) -> list[Say]:
    """Say what is odd about a header."""
    if not is_told:
        return [NO_HEADER]
    return [TALL_HEADER.with_(height=height)] if height > 1 else []


def _text(file: Path, door: str) -> list[Seen]:
    """Describe a text file: a dump of statements, or a delimited table."""
    encoding = encoding_of(file)
    with content(file) as stream:
        raw = stream.read(HEAD)
    if not raw:
        return []
    if not encoding.startswith("utf-16") and raw.count(0) > len(raw) / 100:
        raise Trouble(CLOSED, where=file, file=file.name)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    if door == "dump" or dump.looks_like_one(text):
        return [
            Seen(file, "dump", one.name, one.columns, one.labels, Dialect(encoding))
            for one in dump.tables(file, encoding)
        ]
    seen = _delimited(file, encoding, text, is_whole=len(raw) < HEAD)
    return [seen] if seen.columns else []


def _delimited(file: Path, encoding: str, text: str, *, is_whole: bool) -> Seen:
    """Describe a delimited file."""
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    if not is_whole and len(rows) > 1:
        rows = rows[:-1]  # it may be cut
    head = read_head(rows)
    plain = head.height == 1 and tuple(c.strip() for c in rows[0]) == head.names
    dialect = Dialect(
        encoding, delimiter, '"', head.height, () if plain else head.names
    )
    oddities = tuple(_about_head(head.height, is_told=head.is_told))
    return Seen(file, "delimited", "", head.names, {}, dialect, oddities)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Read the first records of a text; what is odd is read as it stands."""
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) == LINES:
                break
    except csv.Error:
        pass
    return rows


def _delimiter(text: str) -> str:
    """Find the delimiter: the one by which most lines have one width above one."""

    def steadiness(delimiter: str) -> tuple[float, int]:
        rows = _rows(text, delimiter)
        width = usual_width(rows)
        if width < 2:
            return 0.0, 0
        return sum(len(row) == width for row in rows) / len(rows), width

    best: Sequence[str] = sorted(DELIMITERS, key=steadiness, reverse=True)
    return best[0] if steadiness(best[0])[0] > 0 else ","
