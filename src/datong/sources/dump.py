"""The door for dumps of statements: INSERT (Oracle, MySQL, DM8, SQL Server), COPY.

In:  a text file of SQL, one of its tables.
Out: landed rows of text; rejects for statements that cannot be read.

Nothing is executed: the values of `INSERT INTO table (columns) VALUES (...), (...);`
and the lines of PostgreSQL's `COPY table FROM stdin;` are taken apart as text. A null
and an empty text are both landed as an empty cell.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.core.record import Reject
from datong.engine.land import Landing
from datong.sources.blocks import LONGEST, MARK
from datong.sources.delimited import Dialect, Line
from datong.sources.raw import content, digest_of
from datong.sources.reasons import BYTES, NO_TABLE, TUPLE
from datong.sources.values import Row, bodies_of, cells_of, copied

SIZE = 4 * 2**20  # bytes that are read at once
NAME = r'(?:[\[`"]?[\w$#]+[\]`"]?\s*\.\s*){0,2}[\[`"]?[\w$# -]*?[\w$#][\]`"]?'
INSERT = re.compile(
    rf"\bINSERT\s+(?:IGNORE\s+)?(?:INTO\s+)?({NAME})\s*(\([^()']*\))?\s*VALUES?\s*",
    re.IGNORECASE,
)
COPY = re.compile(
    rf"^COPY\s+({NAME})\s*(\([^()']*\))?\s+FROM\s+stdin\b[^\n]*;\s*?\n",
    re.IGNORECASE | re.MULTILINE,
)
CREATE = re.compile(
    rf"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({NAME})\s*\(", re.IGNORECASE
)
COMMENT = re.compile(
    r"\bCOMMENT\s+ON\s+COLUMN\s+([\w$#.\"]+)\s+IS\s+'((?:[^']|'')*)'", re.IGNORECASE
)
TEXT = r"'(?:[^'\\]|''|\\.)*+'"  # with MySQL's backslashes
PLAIN_TEXT = r"'(?:[^']|'')*+'"
FRAMED = re.compile(r"^(?:SET|USE|GO|LOCK|UNLOCK|--|/\*|COMMIT)", re.IGNORECASE)
NO_COLUMN = re.compile(
    r"^(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Table:
    """A table of a dump."""

    name: str
    columns: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)


def looks_like_one(text: str) -> bool:
    """Say whether the head of a text is a dump, whatever the file is called."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    starts = ("insert into", "copy ", "create table", "insert [")
    return any(line.strip().lower().startswith(starts) for line in lines)


def tables(file: Path, encoding: str) -> list[Table]:
    """List the tables that a dump has rows of, in the order of their first sight."""
    return list(_seen(file, encoding)[0].values())


def _seen(
    file: Path, encoding: str, until: str = ""
) -> tuple[dict[str, Table], dict[str, Table]]:
    """Find the tables that have rows, and those that are made, by name.

    Where one table is looked for, the search ends at its first rows.
    """
    found: dict[str, Table] = {}
    declared: dict[str, Table] = {}
    for text, _, _ in _pieces(file, encoding):
        _declare(text, declared)
        for match in (m for one in (INSERT, COPY) for m in one.finditer(text)):
            name = _bare(match[1])
            if name not in found:
                found[name] = _table(match, text, declared)
            if name == until and found[name].columns:
                return found, {}
    filled = {name: table for name, table in found.items() if table.columns}
    return filled, {table.name: table for table in declared.values()}


def _declare(text: str, declared: dict[str, Table]) -> None:
    """Add the tables that a piece makes, with their owner's comments."""
    for match in CREATE.finditer(text):
        declared[_bare(match[1]).lower()] = _declared(text, match)
    for match in COMMENT.finditer(text):
        name, _, column = match[1].replace('"', "").rpartition(".")
        table = declared.get(name.rpartition(".")[2].lower())
        if table is not None:
            table.labels[column] = match[2].replace("''", "'")


def read(
    file: Path,
    sink: Landing,
    part: str,
    dialect: Dialect,
    told: Callable[[int], None] = lambda _bytes: None,
) -> tuple[Entry, str]:
    """Land one table of a dump; return its ledger entry and the file's SHA-256.

    The entry counts the rows of this table; rows of other tables are not its own.
    """
    filled, made = _seen(file, dialect.encoding, part)
    known = made | filled  # a table that is made and has no rows is an empty one
    if part not in known:
        raise Trouble(NO_TABLE, where=file, table=part, has=", ".join(known))
    digest = digest_of(file)
    reader = _Reader(sink, part, known[part].columns)
    for text, line, byte in _pieces(file, dialect.encoding):
        reader.take(text, line, byte)
        told(len(text))
    if part not in filled:
        nothing = pa.array([], pa.string())
        sink.rows(pa.table(dict.fromkeys(known[part].columns, nothing)), [])
    kept, rejected = sink.kept, sink.rejected
    return Entry("land", kept + rejected, kept, rejected=rejected), digest


def locate(
    file: Path, written: tuple[Dialect, str], near: tuple[int, int, int], wanted: int
) -> Line:
    """Return on which line of a dump a row stands, and its text; bytes are not told.

    `written`: how the dump is written, and the table; `near`: the place of the piece
    that the row is in (record, line, byte); `wanted`: the number of the row.
    Raises `LookupError` where the file is not what it was.
    """
    (dialect, part), (record, _, begin) = written, near
    for text, line, byte in _pieces(file, dialect.encoding):
        if byte < begin:
            continue
        at = 0
        for _, parts in _together(_statements(text, part)):
            for number, (start, raw, _) in enumerate(parts, start=record):
                at = max(text.find(raw, max(at, start)), start)
                if number == wanted:
                    return Line(raw, line + text.count("\n", 0, at), 0)
                at += len(raw)
            record += len(parts)
        break
    raise LookupError(wanted)


MARKS = (MARK, "\0", "\\")  # without them no cell needs a look


class _Reader:
    """Reads the statements of one table."""

    def __init__(self, sink: Landing, part: str, columns: tuple[str, ...]) -> None:
        """Start before the first statement."""
        self.sink, self.part, self.columns = sink, part, columns
        self.records = 0

    def take(self, text: str, line: int, byte: int) -> None:
        """Read a piece of whole statements."""
        self.sink.place(self.records + 1, line, byte)
        rows: list[list[str]] = []
        numbers: list[int] = []
        for listed, parts in _together(_statements(text, self.part)):
            columns = listed or self.columns
            order = self._order(columns)
            for start, raw, cells in parts:
                self.records += 1
                if cells is None or len(cells) != len(columns):
                    self._refuse(raw, line + text.count("\n", 0, start), byte)
                else:
                    numbers.append(self.records)
                    rows.append(
                        cells
                        if order is None
                        else [cells[place] if place >= 0 else "" for place in order]
                    )
        self._land(rows, numbers, is_clean=not any(one in text for one in MARKS))

    def _order(self, columns: tuple[str, ...]) -> list[int] | None:
        """Say where each column of the table stands in a statement."""
        if columns == self.columns:
            return None
        places = {name.lower(): place for place, name in enumerate(columns)}
        return [places.get(name.lower(), -1) for name in self.columns]

    def _refuse(self, raw: str, line: int, byte: int) -> None:
        """Reject a row."""
        reason = BYTES if MARK in raw else TUPLE
        self.sink.reject(Reject(self.records, reason, raw[:65536], line, byte))

    def _land(
        self, rows: list[list[str]], numbers: list[int], *, is_clean: bool
    ) -> None:
        """Land rows in columns; a row with undecodable bytes is rejected."""
        bad = {
            place
            for place, row in enumerate(() if is_clean else rows)
            if any(MARK in cell or "\0" in cell for cell in row)
        }
        for place in sorted(bad):
            raw = ", ".join(rows[place])
            self.sink.reject(Reject(numbers[place], BYTES, raw))
        good = [row for place, row in enumerate(rows) if place not in bad]
        kept = [n for place, n in enumerate(numbers) if place not in bad]
        if good:
            named = zip(self.columns, zip(*good, strict=True), strict=True)
            arrays = {name: pa.array(cells, pa.string()) for name, cells in named}
            self.sink.rows(pa.table(arrays), kept)


@dataclass(slots=True)
class _Statement:
    """The rows of one statement."""

    start: int
    columns: tuple[str, ...]
    bodies: list[str]
    is_mysql: bool = False
    broken: str = ""
    copied: list[Row] = field(default_factory=list)


Part = tuple[int, str, list[str] | None]  # where, as written, its cells


def _statements(text: str, part: str) -> Iterator[_Statement]:
    """Yield the statements of one table, one after the other."""
    at, insert, copy = 0, INSERT.search(text), COPY.search(text)
    while insert or copy:
        if copy and (insert is None or copy.start() < insert.start()):
            at, rows = copied(text, copy.end())
            if _bare(copy[1]) == part:
                columns = _columns(copy[2])
                yield _Statement(copy.start(), columns, [], copied=rows)
        elif insert:
            at = yield from _alike(text, insert, part)
        if insert and insert.start() < at:
            insert = INSERT.search(text, at)
        if copy and copy.start() < at:
            copy = COPY.search(text, at)


def _alike(
    text: str, insert: re.Match[str], part: str
) -> Generator[_Statement, None, int]:
    """Yield the statements that follow each other with the same head; return the end.

    The head is taken apart once.
    """
    head, start, at = insert[0], insert.start(), insert.end()
    is_mine, columns = _bare(insert[1]) == part, _columns(insert[2])
    is_mysql = "`" in head  # its names; a value may hold one anywhere
    while True:
        at, bodies, broken = bodies_of(text, at, is_mysql=is_mysql)
        if is_mine:
            yield _Statement(start, columns, bodies, is_mysql, broken)
        start = at + 1
        if not (text.startswith("\n", at) and text.startswith(head, start)):
            return at
        at = start + len(head)


def _together(
    found: Iterable[_Statement],
) -> Iterator[tuple[tuple[str, ...], list[Part]]]:
    """Yield the rows of statements alike together, in their order."""
    for (columns, is_mysql), some in groupby(found, lambda s: (s.columns, s.is_mysql)):
        statements = list(some)
        split = iter(
            cells_of([b for s in statements for b in s.bodies], is_mysql=is_mysql)
        )
        parts: list[Part] = []
        for one in statements:
            parts += [(one.start, body, next(split)) for body in one.bodies]
            parts += [(one.start, *row) for row in one.copied]
            if one.broken:
                parts.append((one.start, one.broken, None))
        yield columns, parts


def _pieces(file: Path, encoding: str) -> Iterator[tuple[str, int, int]]:
    """Yield the text in pieces of whole statements, with line and byte of each.

    A piece ends after `;`, `GO` or `\\.` at the end of a line.
    """
    waiting, line, byte = b"", 1, 0
    is_wide = encoding.startswith("utf-16")
    with content(file) as stream:
        while chunk := stream.read(SIZE):
            waiting += chunk
            if is_wide:  # its line breaks have two bytes: taken whole
                continue
            cut = (
                max(
                    place + len(end)
                    for end in ENDS
                    if (place := waiting.rfind(end)) >= 0
                )
                if any(end in waiting for end in ENDS)
                else 0
            )
            if not cut and len(waiting) > LONGEST:
                cut = waiting.rfind(b"\n") + 1
            if cut:
                yield _decoded(waiting[:cut], encoding), line, byte
                line, byte = line + waiting.count(b"\n", 0, cut), byte + cut
                waiting = waiting[cut:]
    if waiting:
        yield _decoded(waiting, encoding), line, byte


ENDS = (b";\n", b";\r\n", b"\nGO\n", b"\nGO\r\n", b"\n\\.\n")


def _decoded(raw: bytes, encoding: str) -> str:
    """Decode a piece; a byte that the encoding cannot explain becomes a mark."""
    text = raw.decode(encoding, errors="datong").removeprefix("\ufeff")
    return text.replace("\r\n", "\n")


def _table(match: re.Match[str], text: str, declared: dict[str, Table]) -> Table:
    """Describe a table by its first statement, or by its declaration."""
    name = _bare(match[1])
    known = declared.get(name.lower(), Table(name))
    columns = _columns(match[2]) or known.columns
    if not columns:
        _, bodies, _ = bodies_of(text, match.end(), is_mysql=False)
        width = len(cells_of(bodies[:1], is_mysql=False)[0] or ()) if bodies else 0
        columns = tuple(f"c{n + 1}" for n in range(width))
    lower = {key.lower(): label for key, label in known.labels.items()}
    labels = {c: lower[c.lower()] for c in columns if lower.get(c.lower())}
    return Table(name, columns, labels)


def _declared(text: str, match: re.Match[str]) -> Table:
    """Read the columns of a CREATE TABLE, and MySQL's comments on them."""
    table = Table(_bare(match[1]))
    names = []
    for part in _parts(text, match.end()):
        line = part.strip()
        if not line or NO_COLUMN.match(line):
            continue
        name = re.match(r"[\[`\"]?([^\s\]`\"]+)", line)
        if name:
            names.append(name[1])
            said = re.search(r"\bCOMMENT\s+'((?:[^']|'')*)'", line, re.IGNORECASE)
            if said:
                table.labels[name[1]] = said[1].replace("''", "'")
    table.columns = tuple(names)
    return table


def _parts(text: str, start: int) -> list[str]:
    """Split what stands between brackets at its outer commas."""
    depth, begin, parts = 1, start, []
    for mark in re.finditer(r"'(?:[^']|'')*'|[(),]", text[start : start + 2**17]):
        at = start + mark.start()
        if mark[0] == "(":
            depth += 1
        elif mark[0] == ")":
            depth -= 1
        if depth == 0 or (mark[0] == "," and depth == 1):
            parts.append(text[begin:at])
            begin = at + 1
        if depth == 0:
            break
    return parts


@cache
def _bare(name: str) -> str:
    """Take the schema and the quotes off a name."""
    return re.split(r"\s*\.\s*", name)[-1].strip('[]`" ')


@cache
def _columns(listed: str | None) -> tuple[str, ...]:
    """Read a list of columns."""
    if not listed:
        return ()
    return tuple(one.strip(' \n\t[]`"') for one in listed.strip("()").split(","))
