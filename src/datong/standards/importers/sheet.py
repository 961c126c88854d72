"""Spreadsheets and CSVs of the authorities: columns are found by their headings."""

import csv
import re
import unicodedata
from pathlib import Path

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.importers.reading import (
    ZEROS,
    Loss,
    Reading,
    codes,
    counted,
    text_lines,
)
from datong.standards.reasons import UNREADABLE
from datong.standards.workbook import read_workbook

NAME = "sheet"
SAYS = Say(
    "spreadsheets and CSVs with headings: code, name, parent, class",
    "带表头的电子表格与 CSV：编码、名称、上级、类别",
)
HEADINGS = {
    "code": r"编码$|代码$|^code$|^atc code$|^loinc_num$|^疾病编码|^手术.*编码|^值$",
    "label": r"名称$|name$|^label$|^display$|^含义|^值含义$",
    "parent": r"上级|父|^parent",
    "trait": r"类别$|属性$|^class$|^trait$",
    "status": r"状态$|^status$",
}


# A name that a table of many names is known by: LOINC's DisplayName is often empty.
SURE = {"label": "long_common_name"}
LINE_BREAK = re.compile(r"\s*[\r\n\t]\s*")  # within a cell
DECLARES = re.compile(r"[共计]\s*[:：]?\s*([\d,]+)\s*[条项行个种]")


def fits(path: Path) -> bool:
    """Take spreadsheets and CSVs."""
    return path.suffix.lower() in (".csv", ".xlsx", ".xls")


def read(path: Path) -> Reading:
    """Read a table; raise Trouble where code and name columns are not told apart."""
    table = cells(path)
    head = next((i for i, row in enumerate(table[:10]) if _places(row)), -1)
    if head < 0:
        said = "no row has a heading for the code and for the name"
        said = said if table else "the file is empty"
        known = "编码/代码/code + 名称/name"
        raise Trouble(UNREADABLE, path, file=path.name, said=said, known=known)
    places = _places(table[head])
    order = ("code", "label", "parent", "trait", "status")
    body, declared = _body(table, head)
    rows = [
        [
            LINE_BREAK.sub(" ", row[places[p]])
            if p in places and places[p] < len(row)
            else ""
            for p in order
        ]
        for row in body
    ]
    for row in rows:
        row[0] = unicodedata.normalize("NFKC", row[0]).strip()
    framing = sum(any(row) for row in table) - len(body)
    reading = counted(codes(path.name, rows, framing=framing), declared)
    return _with_zeros(reading, [row[0] for row in rows])


def _body(table: list[list[str]], head: int) -> tuple[list[list[str]], int]:
    """Take the rows of codes, and how many a title or a last line says there are."""
    filled = [row for row in table[head + 1 :] if any(row)]
    around = [" ".join(row) for row in table[:head]]
    if filled and DECLARES.search(last := " ".join(filled[-1])):
        around.append(last)
        filled.pop()
    found = (DECLARES.search(line) for line in around)
    counts = [int(one[1].replace(",", "")) for one in found if one]
    return filled, max(counts, default=0)


def _with_zeros(reading: Reading, found: list[str]) -> Reading:
    """Tell codes that a spreadsheet seems to have turned into numbers."""
    widths = {len(c) for c in found if re.fullmatch(r"0\d+", c)}
    lost = [c for c in found if re.fullmatch(r"[1-9]\d*", c) and len(c) + 1 in widths]
    points = [c for c in found if re.fullmatch(r"\d+\.0", c)]
    bad = lost + points
    if not bad:
        return reading
    loss = Loss(ZEROS.with_(n=len(bad)), len(bad), tuple(bad[:3]))
    return Reading(reading.kind, reading.table, reading.entry, (*reading.losses, loss))


def _places(row: list[str]) -> dict[str, int]:
    """Find the columns by their headings; nothing where code or name is missing."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        text = unicodedata.normalize("NFKC", cell).strip().lower()
        # What stands above a code is not the code: 上级代码, 父级名称, parent_code.
        above = re.search(HEADINGS["parent"], text)
        if above and re.search(HEADINGS["label"], text):
            continue
        for part, pattern in HEADINGS.items():
            if above and part != "parent":
                continue
            # A table of levels (章, 类目, 亚目, 细目) ends with the codes themselves.
            last = part in ("code", "label")
            if (last or part not in found) and re.search(pattern, text):
                found[part] = place
                break
    for part, sure in SURE.items():
        named = [cell.strip().lower() for cell in row]
        if sure in named:
            found[part] = named.index(sure)
    return found if {"code", "label"} <= set(found) else {}


def cells(path: Path) -> list[list[str]]:
    """Read all cells as text."""
    if path.suffix.lower() == ".csv":
        # Quoted cells may hold line breaks: the lines are joined again for the reader.
        return list(csv.reader("\n".join(text_lines(path)).splitlines(keepends=True)))
    return read_workbook(path)
