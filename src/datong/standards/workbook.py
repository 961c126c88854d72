"""Spreadsheets, read with suspicion: what a sheet hides must not be lost in silence.

Merged cells hold one value for many rows; hidden columns are seen by a program and not
by the person who sends the file. Both are refused, with the place.
"""

import re
import zipfile
from pathlib import Path

from datong.core.reason import Trouble
from datong.standards.reasons import HIDDEN_COLUMNS, MERGED_CELLS, NO_EXCEL, NO_SHEET

HIDDEN = re.compile(rb'<col [^>]*hidden="(?:1|true)"[^>]*>')
FIRST = re.compile(rb'min="(\d+)"')


def read_workbook(path: Path, sheet: str = "") -> list[list[str]]:
    """Return all cells of a sheet (the first, where none is named) as text."""
    try:
        import python_calamine as calamine  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Trouble(NO_EXCEL, path) from error
    try:
        book = calamine.load_workbook(str(path))
        chosen = book.get_sheet_by_name(sheet or book.sheet_names[0])
    except (calamine.CalamineError, OSError) as error:
        said = str(error)
        raise Trouble(NO_SHEET, path, file=path.name, said=said) from error
    if chosen.merged_cell_ranges:
        (row, column), _ = chosen.merged_cell_ranges[0]
        cell = f"{_letters(column)}{row + 1}"
        raise Trouble(MERGED_CELLS, path, sheet=chosen.name, cell=cell)
    _refuse_hidden(path, book.sheet_names.index(chosen.name), chosen.name)
    rows = chosen.to_python(skip_empty_area=True)
    return [[_text(cell) for cell in row] for row in rows]


def _refuse_hidden(path: Path, index: int, sheet: str) -> None:
    """Raise Trouble for hidden columns, which only xlsx files tell."""
    if path.suffix.lower() != ".xlsx":
        return
    with zipfile.ZipFile(path) as packed:
        name = f"xl/worksheets/sheet{index + 1}.xml"
        content = packed.read(name) if name in packed.namelist() else b""
    hidden = HIDDEN.search(content)
    first = FIRST.search(hidden[0]) if hidden else None
    if first:
        column = _letters(int(first[1]) - 1)
        raise Trouble(HIDDEN_COLUMNS, path, sheet=sheet, column=column)


def _letters(column: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _text(cell: object) -> str:
    """Write a cell as text; a whole number has no point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
