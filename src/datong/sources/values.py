"""The values of an INSERT statement, taken apart as text.

In:  SQL text, and where the first bracket stands.
Out: where the statement ends; each row as written, and its cells.
"""

import csv
import re
from collections.abc import Sequence
from itertools import compress

TEXT = r"'(?:[^']|'')*+'"
MYSQL = r"'(?:[^'\\]|''|\\.)*+'"
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
COPIED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
Row = tuple[str, list[str] | None]


def _tuple(text: str) -> re.Pattern[str]:
    """Return what matches a whole row, functions up to three deep."""
    inner = rf"(?:[^'()]++|{text})"
    deep = inner
    for _ in range(3):
        deep = rf"(?:[^'()]++|{text}|\({deep}*+\))"
    return re.compile(rf"\s*\(({deep}*+)\)\s*([,;]?)", re.DOTALL)


def _value(text: str) -> re.Pattern[str]:
    """Return what matches one value of a row, and the comma after it."""
    deep = rf"(?:[^'(),]++|{text}|\((?:[^'()]++|{text}|\((?:[^'()]++|{text})*+\))*+\))"
    return re.compile(rf"\s*({deep}*+)(,|$)", re.DOTALL)


TUPLES = {False: _tuple(TEXT), True: _tuple(MYSQL)}
VALUES = {False: _value(TEXT), True: _value(MYSQL)}
QUOTED = re.compile(r"(?:N|E|_utf8mb4\s*|_utf8\s*)?'(.*)'", re.DOTALL | re.IGNORECASE)
CALL = re.compile(
    r"(?:TO_DATE|TO_TIMESTAMP(?:_TZ)?|CAST|CONVERT|STR_TO_DATE|TIMESTAMP|DATE|TO_CLOB"
    r"|TO_NCHAR|HEXTORAW|UNISTR|TO_NUMBER)\s*\(?\s*(?:\w+(?:\(\d+\))?\s*,\s*)?"
    r"N?'((?:[^']|'')*)'.*",
    re.DOTALL | re.IGNORECASE,
)
# Texts that the quick way (a CSV reader with single quotes) would not read right.
SLOW = re.compile(r"[(\\\n]|(?<![\w'])[NEne]'|'\s*[Nn][Uu][Ll][Ll]|[Nn][Uu][Ll][Ll]\s")
NULLS = {"NULL": "", "null": "", "Null": ""}


def bodies_of(text: str, at: int, *, is_mysql: bool) -> tuple[int, list[str], str]:
    """Take the rows of one statement apart: its end, the rows, what cannot be read."""
    bodies = []
    pattern = TUPLES[is_mysql]
    while match := pattern.match(text, at):
        bodies.append(match[1])
        at = match.end()
        if match[2] != ",":
            return at, bodies, ""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end, bodies, text[at:end] or " "


def cells_of(bodies: Sequence[str], *, is_mysql: bool) -> list[list[str] | None]:
    """Split rows into cells, plain ones together; None for one that cannot be read."""
    quick = [not SLOW.search(body) for body in bodies]
    reader = csv.reader(
        compress(bodies, quick),
        quotechar="'",
        doublequote=True,
        skipinitialspace=True,
        strict=True,
    )
    try:
        split = iter([[NULLS.get(cell, cell) for cell in cells] for cells in reader])
    except csv.Error:
        return [_cells(body, is_mysql=is_mysql) for body in bodies]
    return [
        next(split) if is_quick else _cells(body, is_mysql=is_mysql)
        for body, is_quick in zip(bodies, quick, strict=True)
    ]


def _cells(body: str, *, is_mysql: bool) -> list[str] | None:
    """Split one row with care."""
    cells, at = [], 0
    pattern = VALUES[is_mysql]
    while match := pattern.match(body, at):
        value = _meant(match[1].strip(), is_mysql=is_mysql)
        if value is None:
            return None
        cells.append(value)
        at = match.end()
        if not match[2]:
            return cells if at == len(body) else None
    return None


def _meant(value: str, *, is_mysql: bool) -> str | None:
    """Say what a value means as text; None for an expression."""
    if value.upper() == "NULL":
        return ""
    if quoted := QUOTED.fullmatch(value):
        text = quoted[1].replace("''", "'")
        return _unescaped(text, ESCAPES) if is_mysql and "\\" in text else text
    if called := CALL.fullmatch(value):
        return called[1].replace("''", "'")
    return value if "(" not in value and "'" not in value else None


def _unescaped(text: str, known: dict[str, str]) -> str:
    """Undo backslashes."""
    return re.sub(r"\\(.)", lambda m: known.get(m[1], m[1]), text, flags=re.DOTALL)


def copied(text: str, at: int) -> tuple[int, list[Row]]:
    r"""Read the lines of a COPY up to `\.`."""
    end = text.find("\n\\.", at - 1)
    end = len(text) if end < 0 else end
    lines = text[at:end].split("\n") if end > at else []
    if lines and not lines[-1]:
        lines.pop()
    return end, [(line, _fields(line)) for line in lines]


def _fields(line: str) -> list[str]:
    """Split one line of a COPY."""
    cells = ["" if cell == "\\N" else cell for cell in line.split("\t")]
    if "\\" not in line:
        return cells
    return [_unescaped(cell, COPIED) if "\\" in cell else cell for cell in cells]
