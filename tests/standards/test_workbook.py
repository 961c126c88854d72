"""Spreadsheets: what a sheet hides is refused with its place."""

from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.quality.conformance import conform
from datong.quality.conformance.conform import Options
from datong.standards.generate import valid
from datong.standards.importing import read_file
from datong.standards.library import load
from datong.standards.narrow import narrow
from datong.standards.shelf import Shelf
from datong.standards.workbook import read_workbook
from tests.standards.workbooks import write

ROWS = [["代码", "名称"], ["01", "甲"], ["０２", "乙"]]


def test_codes_are_read_from_a_sheet(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path / "x.xlsx", ROWS))
    assert reading.table["code"].to_pylist() == ["01", "02"]


def test_merged_cells_are_refused_with_their_place(tmp_path: Path) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    with pytest.raises(Trouble, match=r"SHEET-MERGED-CELLS.* A2"):
        read_workbook(write(tmp_path / "x.xlsx", ROWS, after=merged))


def test_hidden_columns_are_refused_with_their_letter(tmp_path: Path) -> None:
    hidden = '<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
    with pytest.raises(Trouble, match=r"SHEET-HIDDEN-COLUMNS.* B"):
        read_workbook(write(tmp_path / "x.xlsx", ROWS, before=hidden))


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.xlsx"
    place.write_bytes(b"no zip")
    with pytest.raises(Trouble, match="SHEET-UNREADABLE"):
        read_workbook(place)
    with pytest.raises(Trouble, match="SHEET-UNREADABLE"):
        read_workbook(write(tmp_path / "y.xlsx", ROWS), "no such sheet")


def test_a_sheet_is_checked_and_full_width_codes_are_mended(tmp_path: Path) -> None:
    profile = narrow(load().profile("frontpage-western-2019"), ("A12C", "A48"))
    table = valid(profile, load(), 5).to_pydict()
    table["A12C"][0] = "２"
    rows = [list(table), *map(list, zip(*table.values(), strict=True))]
    place = write(tmp_path / "x.xlsx", rows)
    options = Options(shelf=Shelf(tmp_path / "shelf"))
    report = conform(str(place), profile, options)
    assert {f.check for f in report.findings} >= {"A12C/domain"}
    assert any("２ → 2" in repair.say.en for repair in report.repairs)
