"""The door for workbooks: XLSX, XLS, XLSB, ODS.

In:  a file, one of its sheets.
Out: landed rows of text; rejects for numbers that lost their digits.

A workbook knows kinds, a landed table texts: a whole number is written without its
`.0`, a date in ISO form, and a number of more than 15 digits is beyond repair.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.core.record import Reject
from datong.engine.land import Landing
from datong.sources.books import FORMS, form_of, refused
from datong.sources.delimited import Dialect, Line
from datong.sources.raw import digest_of
from datong.sources.reasons import DIGITS, EXTRA, HEADER, RAGGED, SHEET, WORKBOOK

TOP = 60  # rows that are looked at to find the header
LARGEST = 2 * 2**30  # bytes that a workbook may unpack to
LOSSY = 1e15  # whole numbers from here on have lost digits
BATCH = 20_000
Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, and how it begins."""

    name: str
    top: list[list[str]]
    is_hidden: bool
    merged: int  # merged ranges


def sheets(file: Path) -> list[Sheet]:
    """Describe the sheets that hold anything."""
    with _book(file) as book:
        hidden = {
            one.name: not str(one.visible).endswith(".Visible")
            for one in book.sheets_metadata
        }
        found = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = (row for batch in _batches(sheet) for row in batch)
            top = [[_text(cell) for cell in row] for row in islice(rows, TOP)]
            if any(any(row) for row in top):
                ranges = getattr(sheet, "merged_cell_ranges", None) or ()
                found.append(Sheet(name, top, hidden.get(name, False), len(ranges)))
    return found


def read(
    file: Path,
    sink: Landing,
    part: str,
    dialect: Dialect,
    told: Callable[[int], None] = lambda _bytes: None,
) -> tuple[Entry, str]:
    """Land one sheet; return its ledger entry and the SHA-256 of the file.

    The entry counts rows: framing is what stands above the data, and blank rows. The
    line of a row is its number in the sheet.
    """
    digest = digest_of(file)
    with _book(file) as book:
        if part not in book.sheet_names:
            has = ", ".join(book.sheet_names)
            raise Trouble(SHEET, where=file, sheet=part, has=has)
        sheet = book.get_sheet_by_name(part)
        reader = _Reader(file, sink, dialect)
        for rows in _batches(sheet):
            reader.take(rows)
    if not sink.kept:  # a sheet of a heading alone still says its columns
        nothing = pa.array([], pa.string())
        sink.rows(pa.table(dict.fromkeys(reader.columns, nothing)), [])
    told(file.stat().st_size)
    return reader.entry(), digest


def locate(near: Sequence[tuple[int, int, int]], wanted: int) -> Line:
    """Return on which row of its sheet a record stands; a sheet has no bytes.

    `near`: where the sheet's runs of rows begin (record, line, byte), and its end.
    Raises `LookupError` for a record that the sheet does not have.
    """
    record, line, _ = max(place for place in near if place[0] <= wanted)
    if wanted >= near[-1][0]:
        raise LookupError(wanted)
    return Line("", line + wanted - record, 0)


class _Reader:
    """Reads the rows of one sheet in order."""

    def __init__(self, file: Path, sink: Landing, dialect: Dialect) -> None:
        """Start above the header."""
        self.file, self.sink, self.header = file, sink, dialect.header
        self.columns: tuple[str, ...] = dialect.columns
        self.line = self.records = self.framing = 0

    def take(self, rows: list[list[Any]]) -> None:
        """Read some rows."""
        while self.header and rows:
            head, rows = rows[0], rows[1:]
            self.header -= 1
            self.line += 1
            self.framing += 1
            if not self.header and not self.columns:
                self.columns = self._names(head)
        first, self.line = self.line + 1, self.line + len(rows)
        lines = [n for n, row in enumerate(rows, start=first) if any(_is_there(row))]
        self.framing += len(rows) - len(lines)
        kept = [rows[n - first] for n in lines]
        if kept:
            self._land(kept, lines)

    def entry(self) -> Entry:
        """Close the books of this sheet; the last place is where it ends."""
        self.sink.place(self.records + 1, self.line + 1, 0)
        kept, rejected = self.sink.kept, self.sink.rejected
        total = kept + rejected + self.framing
        return Entry("land", total, kept, rejected=rejected, framing=self.framing)

    def _names(self, head: Sequence[Any]) -> tuple[str, ...]:
        """Read the column names."""
        names = [_text(cell).strip() for cell in head]
        while names and not names[-1]:
            names.pop()
        twice = sorted({name for name in names if names.count(name) > 1 or not name})
        if twice or not names:
            raise Trouble(HEADER, where=self.file, column=", ".join(twice))
        return tuple(names)

    def _land(self, rows: list[list[Any]], lines: list[int]) -> None:
        """Land rows in columns; reject those whose numbers lost digits."""
        numbers = np.arange(self.records + 1, self.records + 1 + len(rows))
        self.records += len(rows)
        for place, line in enumerate(lines):  # each unbroken run of rows has its place
            if not place or line != lines[place - 1] + 1:
                self.sink.place(int(numbers[place]), line, 0)
        arrays, lost, over = self._arrays(rows)
        bad = lost | over
        for place in np.flatnonzero(bad).tolist():
            raw = "\t".join(_text(cell) for cell in rows[place])
            reason = DIGITS if lost[place] else RAGGED
            number = int(numbers[place])
            self.sink.reject(Reject(number, reason, raw, lines[place]))
        table = pa.table(dict(zip(self.columns, arrays, strict=True)))
        if bad.any():
            table, numbers = table.filter(pa.array(~bad)), numbers[~bad]
        self.sink.rows(table, numbers.tolist())

    def _arrays(self, rows: list[list[Any]]) -> tuple[list[pa.Array], Mask, Mask]:
        """Write rows as columns of text; tell which lost digits or are too long."""
        lost, over = (np.zeros(len(rows), dtype=bool) for _ in range(2))
        arrays = []
        for place, cells in enumerate(zip(*rows, strict=True)):
            texts, broken = _column(cells)
            lost |= broken
            if place < len(self.columns):
                arrays.append(pa.array(texts, pa.string()))
            else:
                over |= np.array([bool(text) for text in texts])
        blank = pa.array([""] * len(rows), pa.string())
        return arrays + [blank] * (len(self.columns) - len(arrays)), lost, over


def _column(cells: Sequence[Any]) -> tuple[list[str], Mask]:
    """Write the cells of a column as text; tell which lost digits."""
    lost = np.zeros(len(cells), dtype=bool)
    kinds = set(map(type, cells))
    if kinds == {str}:
        return list(cells), lost
    if kinds == {float}:
        values = np.array(cells)
        whole = np.isfinite(values) & (values == np.floor(values))
        lost = whole & (np.abs(values) >= LOSSY)
        if bool(whole.all()) and not lost.any():
            return values.astype(np.int64).astype(str).tolist(), lost
    elif float in kinds:
        lost = np.array(
            [isinstance(c, float) and abs(c) >= LOSSY for c in cells], dtype=bool
        )
    return list(map(_text, cells)), lost


def _text(cell: object) -> str:
    """Write one cell as text."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _is_there(row: Sequence[Any]) -> Iterator[bool]:
    """Say of each cell whether it is filled."""
    return (cell not in ("", None) for cell in row)


def _batches(sheet: Any) -> Iterator[list[list[Any]]]:
    """Yield rows in batches, merged cells filled downwards."""
    fill = _Fill(sheet)
    batch: list[list[Any]] = []
    for number, row in enumerate(sheet.iter_rows()):
        batch.append(fill.row(number, row) if fill.wanted else row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class _Fill:
    """Writes the value of a merged cell into every row that it covers."""

    def __init__(self, sheet: Any) -> None:
        """Read the ranges of a sheet, counted from the first filled column."""
        left = (sheet.start or (0, 0))[1]
        self.wanted: dict[int, list[tuple[int, int]]] = {}  # row: (column, from row)
        self.values: dict[tuple[int, int], Any] = {}
        for (top, first), (bottom, _last) in sheet.merged_cell_ranges or ():
            for number in range(top, bottom + 1) if bottom > top else ():
                self.wanted.setdefault(number, []).append((first - left, top))

    def row(self, number: int, row: list[Any]) -> list[Any]:
        """Fill one row."""
        for column, top in self.wanted.get(number, ()):
            if number == top:
                self.values[column, top] = row[column]
            else:
                row[column] = self.values.get((column, top), "")
        return row


@contextmanager
def _book(file: Path) -> Iterator[Any]:
    """Open a workbook, if it is one and no bomb."""
    try:
        from python_calamine import (  # noqa: PLC0415 - an extra
            CalamineError,
            CalamineWorkbook,
        )
    except ImportError as error:
        raise Trouble(
            EXTRA, where=file, package="python-calamine", extra="excel"
        ) from error
    form = form_of(file)
    if form not in FORMS:
        raise refused(file, form)
    try:
        if form == "zip":
            with zipfile.ZipFile(file) as packed:
                size = sum(one.file_size for one in packed.infolist())
            if size > LARGEST:
                raise Trouble(WORKBOOK, where=file, said=f"{size:,} bytes")
        # By its contents: the ending of the name may be another's.
        with file.open("rb") as opened, CalamineWorkbook.from_filelike(opened) as book:
            yield book
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        if "password" in str(error).lower():
            raise refused(file, "locked") from error
        raise Trouble(WORKBOOK, where=file, said=str(error)) from error
