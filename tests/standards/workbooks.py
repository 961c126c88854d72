"""Make small xlsx files by hand, so that no writer is needed."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-"
SHEET = f"{KIND}officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
    f' ContentType="{KIND}package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml"'
    f' ContentType="{SHEET}.worksheet+xml"/></Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = f"{PACKAGE}/relationships"


def relation(kind: str, target: str) -> str:
    """Write one relation."""
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{RELATIONS}">{one}</Relationships>'


def write(
    place: Path, rows: list[list[str]], before: str = "", after: str = ""
) -> Path:
    """Write rows as an xlsx file; `before` and `after` stand around the cells."""
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row)
        + "</row>"
        for row in rows
    )
    sheet = (
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}'
        "</worksheet>"
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", relation("officeDocument", "xl/workbook.xml"))
        packed.writestr("xl/workbook.xml", book)
        target = "worksheets/sheet1.xml"
        packed.writestr("xl/_rels/workbook.xml.rels", relation("worksheet", target))
        packed.writestr("xl/worksheets/sheet1.xml", sheet)
    return place
