"""The values of an INSERT statement, taken apart as text.

In:  SQL text, and where the first bracket stands.
Out: where the statement ends; each row as written, and its cells.
"""

import csv
import re

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
SLOW = re.compile(r"[(\\]|(?<![\w'])[NE]'|'\s*NULL", re.IGNORECASE)


def cells_of(text: str, at: int, *, is_mysql: bool) -> tuple[int, list[Row]]:
    """Read the rows of one statement; a row that cannot be read has no cells."""
    bodies = []
    pattern = TUPLES[is_mysql]
    while match := pattern.match(text, at):
        bodies.append(match[1])
        at = match.end()
        if match[2] != ",":
            break
    else:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        return end, [*_rows(bodies, is_mysql=is_mysql), (text[at:end], None)]
    return at, _rows(bodies, is_mysql=is_mysql)


def _rows(bodies: list[str], *, is_mysql: bool) -> list[Row]:
    """Split the rows of a statement into cells."""
    if any(map(SLOW.search, bodies)) or any("\n" in body for body in bodies):
        return [(body, _cells(body, is_mysql=is_mysql)) for body in bodies]
    reader = csv.reader(
        bodies, quotechar="'", doublequote=True, skipinitialspace=True, strict=True
    )
    try:
        split = list(reader)
    except csv.Error:
        return [(body, _cells(body, is_mysql=is_mysql)) for body in bodies]
    return [
        (body, [_bare(cell) for cell in cells])
        for body, cells in zip(bodies, split, strict=True)
    ]


def _bare(cell: str) -> str:
    """Make a null of a quick row empty."""
    return "" if cell.upper().rstrip() == "NULL" else cell


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
