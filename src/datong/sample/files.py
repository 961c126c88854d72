"""Other forms in which a small table is handed over: a workbook, a dump of statements.

A workbook holds the rows of one chunk of people, since none can be appended to; a dump
is a text that grows. Both have the same bytes whenever they are made.
"""

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

import pyarrow as pa

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns='
    '"http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/{{}}" Target="{{}}"/></Relationships>'
)
BOOK = (
    f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{SHEETS}"'
    f' xmlns:r="{OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>"
)
BATCH = 500  # rows of one INSERT


def workbook(rows: pa.Table) -> bytes:
    """Write a table as an XLSX of one sheet; whole numbers stay numbers."""
    lines = [
        rows.column_names,
        *zip(*(c.to_pylist() for c in rows.columns), strict=True),
    ]
    body = "".join(f"<row>{''.join(map(_cell, line))}</row>" for line in lines)
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{SHEETS}">'
        f"<sheetData>{body}</sheetData></worksheet>"
    )
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATED.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATED.format(
            "worksheet", "worksheets/sheet1.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED, 1)
    return held.getvalue()


def _cell(value: object) -> str:
    """Write a cell."""
    if value is None:
        return "<c/>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _lines(rows: pa.Table) -> list[tuple[object, ...]]:
    """Turn a table round."""
    return list(zip(*(c.to_pylist() for c in rows.columns), strict=True))


def created(name: str, rows: pa.Table) -> str:
    """Begin a dump: the statement that makes its table."""
    columns = ",\n".join(f"  {column} varchar(200)" for column in rows.column_names)
    return f"CREATE TABLE {name} (\n{columns}\n);\n"


def statements(name: str, rows: pa.Table) -> Iterator[str]:
    """Write a table as INSERT statements of a table of that name."""
    columns = ", ".join(rows.column_names)
    lines = _lines(rows)
    for first in range(0, len(lines), BATCH):
        some = (map(_literal, line) for line in lines[first : first + BATCH])
        values = ",\n".join(f"({', '.join(line)})" for line in some)
        yield f"INSERT INTO {name} ({columns}) VALUES\n{values};\n"


def _literal(value: object) -> str:
    """Write a value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
