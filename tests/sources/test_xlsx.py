"""Workbooks, as people keep them."""

from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.land import Landing, places
from datong.sources.delimited import Dialect
from datong.sources.sniff import sniff
from datong.sources.xlsx import read, sheets

HEAD = ["病历号", "检验日期", "结果", "备注"]


def book(folder: Path, rows: list[list[object]], merge: str = "") -> Path:
    """Write a workbook of one sheet and a hidden one."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "检验"
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    hidden = made.create_sheet("旧数据")
    hidden.append(["a", "b"])
    hidden.append([1, 2])
    hidden.sheet_state = "hidden"
    made.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def land(
    file: Path, folder: Path, dialect: Dialect
) -> tuple[Entry, list[dict[str, object]], list[dict[str, object]]]:
    """Land the sheet; return the entry, rows, rejects."""
    rows, refused = folder / "rows.parquet", folder / "rejects.parquet"
    with Landing(rows, refused, 1, file.name) as sink:
        entry, _ = read(file, sink, "检验", dialect)
    return entry, pq.read_table(rows).to_pylist(), pq.read_table(refused).to_pylist()


def test_dates_and_whole_numbers_are_written_as_people_read_them(
    tmp_path: Path,
) -> None:
    cells: list[list[object]] = [
        HEAD,
        ["001", date(2024, 1, 2), 3.5, None],
        [12, datetime(2024, 1, 2, 3, 4, 5), 7, "阳性"],
    ]
    file = book(tmp_path, cells)
    entry, rows, _ = land(file, tmp_path, Dialect(header=1))
    assert entry == Entry("land", 3, 2, framing=1)
    assert [list(row.values())[:4] for row in rows] == [
        ["001", "2024-01-02", "3.5", ""],
        ["12", "2024-01-02 03:04:05", "7", "阳性"],
    ]


def test_a_title_merged_cells_and_blank_rows_are_no_data(tmp_path: Path) -> None:
    cells: list[list[object]] = [
        ["某院检验结果", None, None, None],
        HEAD,
        ["001", "2024-01-02", "1", ""],
        [None, "2024-01-03", "2", ""],
        [None, None, None, None],
        ["002", "2024-01-04", "3", ""],
    ]
    file = book(tmp_path, cells, merge="A3:A4")
    (seen, hidden) = sniff(file)
    assert seen.columns == tuple(HEAD)
    assert seen.dialect.header == 2
    assert "hidden" in hidden.oddities[0].en
    entry, rows, _ = land(file, tmp_path, seen.dialect)
    assert entry == Entry("land", 6, 3, framing=3)
    assert [row["病历号"] for row in rows] == ["001", "001", "002"]
    ends = [(1, 3, 0), (3, 6, 0), (4, 7, 0)]  # each run of rows, and the end
    assert places(tmp_path / "rows.parquet") == ends


def test_an_identity_number_that_excel_rounded_is_refused(tmp_path: Path) -> None:
    cells: list[list[object]] = [
        HEAD,
        [440106198001010001, "2024-01-02", 1, ""],
        ["440106198001010001", "2024-01-02", 1, ""],
    ]
    file = book(tmp_path, cells)
    entry, rows, rejects = land(file, tmp_path, Dialect(header=1))
    assert (entry.kept, entry.rejected) == (1, 1)
    assert rows[0]["病历号"] == "440106198001010001"
    assert (rejects[0]["code"], rejects[0]["line"]) == ("SOURCE-DIGITS", 2)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"PK\x03\x04 nothing", "SOURCE-WORKBOOK", "拷贝"),
        (OLE + b"\0" * 600, "SOURCE-WORKBOOK", "拷贝"),
        (b"", "SOURCE-WORKBOOK", "拷贝"),
        (b"\x01\0\0\x02" * 99, "SOURCE-WORKBOOK", "拷贝"),
        (
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "SOURCE-LOCKED",
            "密码",
        ),
        (b"\xef\xbb\xbf\r\n<html><table>", "SOURCE-DISGUISED", "HTML"),
        (b"<?xml version='1.0'?><Workbook/>", "SOURCE-DISGUISED", "XML"),
        ("病历号,结果\n1,2\n".encode("gb18030"), "SOURCE-DISGUISED", "text"),
        ("病历号\t结果\n1\t2\n".encode("utf-16"), "SOURCE-DISGUISED", "text"),
    ],
)
@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_what_is_no_workbook_says_what_it_is(
    tmp_path: Path, content: bytes, code: str, word: str, ending: str
) -> None:
    file = tmp_path / f"book.{ending}"
    file.write_bytes(content)
    with pytest.raises(Trouble, match=code) as told:
        sheets(file)
    assert word in told.value.in_("zh")


def test_a_workbook_is_known_by_its_contents(tmp_path: Path) -> None:
    file = book(tmp_path, [HEAD, ["1", date(2024, 1, 2), 3, ""]])
    other = file.rename(tmp_path / "book.xls")
    assert [one.name for one in sheets(other)] == ["检验", "旧数据"]


def test_a_sheet_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    file = book(tmp_path, [HEAD])
    with (
        pytest.raises(Trouble, match="检验, 旧数据"),
        Landing(tmp_path / "a", tmp_path / "b", 1, "x") as sink,
    ):
        read(file, sink, "化验", Dialect())


def test_a_heading_without_rows_still_says_its_columns(tmp_path: Path) -> None:
    file = book(tmp_path, [[*HEAD]])
    with Landing(
        tmp_path / "rows.parquet", tmp_path / "r.parquet", 1, "book.xlsx"
    ) as sink:
        entry, _ = read(file, sink, "检验", Dialect("utf-8"))
    assert (entry.kept, entry.framing) == (0, 1)
    assert pq.read_schema(tmp_path / "rows.parquet").names == [*HEAD, "_row"]
