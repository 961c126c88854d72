"""An Excel workbook with one row a mapping, every field kept both ways.

The first row names the columns; `text` is needed, the others may be missing, and a row
counts as approved unless `approved` says no.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from datong.core.reason import Trouble
from datong.terms.exchange import Layout
from datong.terms.mapped import Mapped, Relation, lacking, number, refused
from datong.terms.reasons import NO_EXCEL

COLUMNS = tuple(field.name for field in fields(Mapped))
NO = ("no", "n", "false", "0", "否")


def read(path: Path) -> list[Mapped]:
    """Read the first sheet."""
    excel = _excel(path)
    try:
        book = excel.load_workbook(path, read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except (OSError, BadZipFile, KeyError, ValueError, excel_error(excel)) as error:
        raise refused(path, "excel", str(error)) from error
    names = [_text(cell).lower() for cell in rows[0]] if rows else []
    if "text" not in names:
        raise refused(path, "excel", lacking(["text"], names))
    told = (dict(zip(names, map(_text, row), strict=False)) for row in rows[1:])
    return [_mapped(path, row) for row in told if row.get("text")]


def excel_error(excel: Any) -> type[Exception]:
    """Return what openpyxl raises for a file that is no workbook."""
    found: type[Exception] = excel.utils.exceptions.InvalidFileException
    return found


def _mapped(path: Path, row: dict[str, str]) -> Mapped:
    """Read one row; an unknown relation is refused."""
    told: dict[str, object] = {n: row[n] for n in COLUMNS if row.get(n)}
    try:
        relation = Relation(row.get("relation") or "equal")
    except ValueError as error:
        raise refused(path, "excel", str(error)) from error
    if not row.get("code") and not row.get("name"):
        relation = Relation.NONE
    told |= {
        "relation": relation.value,
        "approved": row.get("approved", "").lower() not in NO,
        "confidence": number(row.get("confidence", ""), 1.0),
        "rows": int(number(row.get("rows", ""))),
    }
    return Mapped.of(told)


def write(mappings: Sequence[Mapped], path: Path) -> None:
    """Write a workbook; what looks like a formula stays text."""
    excel = _excel(path)
    book = excel.Workbook(write_only=True)
    sheet = book.create_sheet("mappings")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for one in mappings:
        values = one.plain()
        sheet.append([_cell(excel, sheet, values[name]) for name in COLUMNS])
    book.save(path)


def _cell(excel: Any, sheet: Any, value: object) -> object:
    """Write a cell: numbers as numbers, yes and no as words, all else as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    cell = excel.cell.WriteOnlyCell(sheet, value=str(value))
    cell.data_type = "s"
    return cell


def _text(value: object) -> str:
    """Read a cell as text; a whole number keeps no point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _excel(path: Path) -> Any:
    """Load openpyxl, or say what to install."""
    try:
        import openpyxl  # noqa: PLC0415 - an extra
        import openpyxl.cell  # noqa: PLC0415 - an extra
        import openpyxl.utils.exceptions  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Trouble(NO_EXCEL, path) from error
    return openpyxl


LAYOUT = Layout(read, write)
