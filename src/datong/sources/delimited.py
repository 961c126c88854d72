"""The door for delimited text: CSV, TSV and their kin.

In:  a file and its dialect.
Out: landed rows of text; rejects for lines that cannot be read.

Blocks that are in order are parsed by Arrow, in columns. A block in which anything is
odd (bytes, quotes, the number of cells) is read again line by line, so that only the
odd lines are rejected and each keeps its record number, line and byte.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from datong.core.ledger import Entry
from datong.core.reason import Reason, Trouble
from datong.core.record import Reject
from datong.engine.land import Landing
from datong.sources.blocks import (
    LONGEST,
    MARK,
    SIZE,
    Block,
    Blocks,
    halves,
    opened,
)
from datong.sources.reasons import BYTES, HEADER, LONG, QUOTE, RAGGED

csv.field_size_limit(LONGEST)
SMALL = 32 * 2**10  # bytes of a block that is read line by line without more ado
MOST_LINES = 200  # lines of a record; more means that a quote was never closed


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'  # empty: quotes mean nothing
    header: int = 1  # lines of it
    columns: tuple[str, ...] = ()  # their names, where there is no header


@dataclass(frozen=True, slots=True)
class Line:
    """One record as text, and where it begins."""

    text: str
    line: int
    byte: int


def read(
    file: Path,
    sink: Landing,
    dialect: Dialect,
    told: Callable[[int], None] = lambda _bytes: None,
) -> tuple[Entry, str]:
    """Land one file; return its ledger entry and the SHA-256 of what was read.

    The entry counts records: `read = kept + rejected + framing`, framing being the
    header and empty lines. `told` hears the bytes done.
    """
    blocks = Blocks(file, dialect.encoding, quotes=bool(dialect.quote))
    reader = Reader(file, sink, dialect)
    for block in blocks:
        reader.take(block)
        told(len(block.content))
    return reader.entry(sink.kept, sink.rejected), blocks.sha256()


class Sink(Protocol):
    """Where a door puts what it read; `engine.land.Landing` is the real one."""

    def rows(self, table: pa.Table, records: Sequence[int] | range) -> None:
        """Take rows of text and their record numbers."""

    def reject(self, reject: Reject) -> None:
        """Take what cannot be read."""

    def place(self, record: int, line: int, byte: int) -> None:
        """Hear where a block begins."""


class Reader:
    """Reads the blocks of one file in order."""

    def __init__(self, file: Path, sink: Sink, dialect: Dialect) -> None:
        """Start before the header."""
        self.file, self.sink, self.dialect = file, sink, dialect
        self.columns: tuple[str, ...] = dialect.columns
        self.header = dialect.header  # lines of it that are still to come
        self.records = self.framing = 0

    def take(self, block: Block) -> None:
        """Read one block."""
        if self.header and block.is_whole:
            block = self._without_header(block)
        if not block.content:
            return
        table = self._quick(block) if block.is_whole else None
        parts = halves(block) if table is None and _may_be_halved(block) else ()
        if len(parts) > 1:  # so that only what is near an odd line is slow
            for part in parts:
                self.take(part)
            return
        self.sink.place(self.records + 1, block.line, block.byte)
        if table is None:
            self._slow(block)
            return
        first = self.records + 1
        self.records += table.num_rows
        self.sink.rows(table, range(first, self.records + 1))

    def entry(self, kept: int, rejected: int) -> Entry:
        """Close the books of this file."""
        read_, framing = self.framing + self.records, self.framing
        return Entry("land", read_, kept, rejected=rejected, framing=framing)

    def _without_header(self, block: Block) -> Block:
        """Take the names from the header and return the rest of the block."""
        content, line, byte = block.content, block.line, block.byte
        had = bool(self.columns)
        while self.header and content:
            cut = content.find(b"\n") + 1 or len(content)
            head = content[:cut].decode(block.encoding, errors="datong")
            byte += block.length(content[:cut])
            content, line = content[cut:], line + 1
            self.framing += 1
            if head.strip():
                self.header -= 1
                self.columns = self.columns or self._names(head)
        if (
            self.columns and not had
        ):  # a file without a row has its columns all the same
            nothing = {name: pa.array([], pa.string()) for name in self.columns}
            self.sink.rows(pa.table(nothing), [])
        return replace(block, content=content, line=line, byte=byte)

    def _names(self, head: str) -> tuple[str, ...]:
        """Read the column names; a header that cannot be decoded is trouble."""
        if MARK in head or "\0" in head:
            raise Trouble(BYTES, where=f"{self.file}:1")
        names = [name.strip() for name in next(self._csv([head.rstrip("\r\n")]))]
        twice = sorted({name for name in names if names.count(name) > 1 or not name})
        if twice or not names:
            raise Trouble(HEADER, where=self.file, column=", ".join(twice))
        return tuple(names)

    def _quick(self, block: Block) -> pa.Table | None:
        """Parse a block in columns, or return None where anything is odd."""
        content = block.content
        if block.encoding != "utf-8":
            text = block.text()
            if MARK in text:
                return None
            content = text.encode()
        if b"\0" in content or MARK.encode() in content:
            return None
        has_quotes = bool(self.dialect.quote) and b'"' in content
        try:
            table = parse(content, self.columns, self.dialect, quotes=has_quotes)
        except pa.ArrowInvalid:
            return None
        lines = content.count(b"\n") + (not content.endswith(b"\n"))
        if table.num_rows != lines and (not has_quotes or _swallows(table)):
            return None  # empty lines, or a quote that took lines with it
        return table if table.num_rows == lines or not _has_empty(content) else None

    def _slow(self, block: Block) -> None:
        """Read a block line by line; keep what is in order, reject the rest."""
        good: list[list[str]] = []
        numbers: list[int] = []
        for line, cells, reason in self._lines(block):
            if reason is None and not cells:
                self.framing += 1
                continue
            self.records += 1
            if reason is None:
                good.append(cells)
                numbers.append(self.records)
            else:
                raw = line.text.rstrip("\r\n")
                where = (line.line, line.byte)
                self.sink.reject(Reject(self.records, reason, raw, *where))
        if good:
            named = zip(self.columns, zip(*good, strict=True), strict=True)
            arrays = {name: pa.array(cells, pa.string()) for name, cells in named}
            self.sink.rows(pa.table(arrays), numbers)

    def _lines(self, block: Block) -> Iterator[tuple[Line, list[str], Reason | None]]:
        """Yield each record with its cells, or with the reason against it."""
        if not block.is_whole:
            yield Line(block.text(), block.line, block.byte), [], LONG
            return
        for line in records(block, self.dialect, len(self.columns)):
            if not line.text.strip():
                yield line, [], None
            else:
                yield self._judge(line)

    def _judge(self, line: Line) -> tuple[Line, list[str], Reason | None]:
        """Read one record, or say what is wrong with it."""
        if MARK in line.text or "\0" in line.text:
            return line, [], BYTES
        if len(line.text) > LONGEST:
            return line, [], LONG
        try:
            cells = next(self._csv([line.text]))
        except csv.Error as error:
            return line, [], RAGGED if "new-line" in str(error) else QUOTE
        is_whole = len(cells) == len(self.columns)
        return line, cells, None if is_whole else RAGGED

    def _csv(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Parse lines by the dialect, strictly."""
        return csv.reader(lines, **_rules(self.dialect))


def parse(
    content: bytes, columns: Sequence[str], dialect: Dialect, *, quotes: bool
) -> pa.Table:
    """Parse UTF-8 bytes into columns of text; an oddity raises `ArrowInvalid`."""
    return arrow_csv.read_csv(
        io.BytesIO(content),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=columns, block_size=len(content) + 1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if quotes else False,
            double_quote=True,
            newlines_in_values=quotes,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.string() for name in columns},
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def records(block: Block, dialect: Dialect, cells: int) -> Iterator[Line]:
    """Put the lines of a block together to records of so many cells.

    Where a quote takes several lines together and no sound record comes out, its first
    line stands alone (and will be rejected), and the next lines are tried anew.
    """
    waiting: list[Line] = []
    lines = _physical(block)
    ahead = deque(islice(lines, 1))
    while ahead:
        waiting.append(ahead.popleft())
        if not ahead:
            ahead.extend(islice(lines, 1))
        text = "".join(line.text for line in waiting)
        found = _cells(text, dialect)
        is_open = found is None
        if len(waiting) > MOST_LINES or (is_open and not ahead):
            found = -1
        elif is_open:
            continue
        if len(waiting) > 1 and found != cells:
            yield waiting[0]
            ahead.extendleft(reversed(waiting[1:]))
        else:
            yield Line(text, waiting[0].line, waiting[0].byte)
        waiting = []


def locate(
    file: Path,
    written: tuple[Dialect, int],
    near: tuple[int, int, int],
    wanted: int,
) -> Line:
    """Return where a record of a file stands, and its text.

    `written`: its dialect, and how many columns it has; `near`: the place of a record
    before it (record, line, byte); `wanted`: the number of the record.
    Raises `LookupError` where the file is not what it was.
    """
    return locate_all(file, written, near, {wanted})[wanted]


def locate_all(
    file: Path,
    written: tuple[Dialect, int],
    near: tuple[int, int, int],
    wanted: Collection[int],
) -> dict[int, Line]:
    """Return where records that follow `near` stand; those not there are left out."""
    (dialect, cells), (record, line, byte) = written, near
    with opened(file) as stream:
        stream.seek(byte)
        content = stream.read(4 * SIZE)
    wide = dialect.encoding if dialect.encoding.startswith("utf-16") else ""
    if wide:
        content = content.decode(wide, errors="datong").encode()
    block = Block(content, "utf-8" if wide else dialect.encoding, line, byte, wide=wide)
    filled = (one for one in records(block, dialect, cells) if one.text.strip())
    found: dict[int, Line] = {}
    for number, one in enumerate(filled, start=record):
        if number in wanted:
            found[number] = one
        if len(found) == len(wanted):
            break
    return found


def _physical(block: Block) -> Iterator[Line]:
    """Yield the lines of a block as they stand."""
    byte = block.byte
    for number, raw in enumerate(io.BytesIO(block.content)):
        text = raw.decode(block.encoding, errors="datong")
        yield Line(text, block.line + number, byte)
        byte += block.length(raw)


def _cells(text: str, dialect: Dialect) -> int | None:
    """Count the cells of a record: None if a quote is open, -1 if it is unsound."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), **_rules(dialect)))
    except csv.Error as error:
        return None if "end of data" in str(error) else -1
    return len(rows[0]) if len(rows) == 1 else -1


def _rules(dialect: Dialect) -> dict[str, Any]:
    """Say a dialect in the words of Python's csv module."""
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    return {"delimiter": dialect.delimiter, "quoting": quoting, "strict": True}


def _swallows(table: pa.Table) -> bool:
    """Say whether some cell holds more lines than any text should."""
    counts = (pc.max(pc.count_substring(column, "\n")) for column in table.columns)
    return any((count.as_py() or 0) > MOST_LINES for count in counts)


def _may_be_halved(block: Block) -> bool:
    """Say whether a block is long, and each of its lines closes its quotes."""
    if not block.is_whole or len(block.content) <= SMALL:
        return False
    values = np.frombuffer(block.content, np.uint8)
    is_open = np.cumsum(values == ord('"'), dtype=np.int32)[values == ord("\n")] % 2
    return not is_open.any()


def _has_empty(content: bytes) -> bool:
    """Say whether there is an empty line, which Arrow leaves out without counting."""
    unix = content.replace(b"\r\n", b"\n")
    return unix.startswith(b"\n") or b"\n\n" in unix
