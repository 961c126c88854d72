"""Dumps of statements, as databases write them."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.land import Landing
from datong.sources.delimited import Dialect
from datong.sources.dump import read, tables
from datong.sources.sniff import sniff

MYSQL = r"""-- MySQL dump
CREATE TABLE `br` (
  `id` int NOT NULL COMMENT '患者编号',
  `xm` varchar(20) DEFAULT NULL COMMENT '姓名',
  PRIMARY KEY (`id`)
);
INSERT INTO `br` VALUES (1,'张\'三\n'),(2,NULL),(3,'a;\\b');
"""
ORACLE = """REM INSERTING into HIS.YZ
SET DEFINE OFF;
Insert into HIS.YZ (ID,MC,KLSJ) values ('1','O''Neil (x)',
to_date('2024-01-02 03:04:05','YYYY-MM-DD HH24:MI:SS'));
Insert into HIS.YZ (ID,MC,KLSJ) values ('2',null,null);
COMMENT ON COLUMN HIS.YZ.MC IS '医嘱名称';
"""
SQL_SERVER = """USE [lis]
GO
INSERT [dbo].[jg] ([id], [mc], [sj]) VALUES
(1, N'白细胞', CAST(N'2024-01-02T03:04:05.000' AS DateTime))
GO
INSERT [dbo].[jg] ([id], [mc], [sj]) VALUES (2, N'NULL', NULL)
GO
"""
COPY = (
    "COPY public.fy (id, mc, je) FROM stdin;\n1\t床位费\\t\t12.50\n2\t\\N\t\\N\n\\.\n"
)


def land(
    text: str, table: str, folder: Path
) -> tuple[Entry, list[list[str]], list[dict[str, object]]]:
    """Land one table; return the entry, the cells, the rejects."""
    file, rows, refused = (folder / name for name in ("d.sql", "r", "n"))
    file.write_text(text, encoding="utf-8")
    with Landing(rows, refused, 1, file.name) as sink:
        entry, _ = read(file, sink, table, Dialect())
    cells = [list(row.values())[:-1] for row in pq.read_table(rows).to_pylist()]
    return entry, cells, pq.read_table(refused).to_pylist()


@pytest.mark.parametrize(
    ("text", "table", "cells"),
    [
        (MYSQL, "br", [["1", "张'三\n"], ["2", ""], ["3", "a;\\b"]]),
        (
            ORACLE,
            "YZ",
            [["1", "O'Neil (x)", "2024-01-02 03:04:05"], ["2", "", ""]],
        ),
        (
            SQL_SERVER,
            "jg",
            [["1", "白细胞", "2024-01-02T03:04:05.000"], ["2", "NULL", ""]],
        ),
        (COPY, "fy", [["1", "床位费\t", "12.50"], ["2", "", ""]]),
    ],
    ids=["mysql", "oracle", "sql server", "postgresql"],
)
def test_each_database_writes_in_its_own_way(
    text: str, table: str, cells: list[list[str]], tmp_path: Path
) -> None:
    entry, found, rejects = land(text, table, tmp_path)
    assert found == cells
    assert not rejects
    assert entry.kept == len(cells)


def test_columns_and_comments_come_from_the_declaration(tmp_path: Path) -> None:
    file = tmp_path / "d.sql"
    file.write_text(MYSQL, encoding="utf-8")
    (table,) = tables(file, "utf-8")
    assert table.columns == ("id", "xm")
    assert table.labels == {"id": "患者编号", "xm": "姓名"}


def test_a_row_that_does_not_fit_is_kept_whole_among_the_rejects(
    tmp_path: Path,
) -> None:
    text = "INSERT INTO t (a, b) VALUES (1, 2), (3), (4, 5);\nINSERT INTO t (a, b) VALUES (6, f(7));\n"  # noqa: E501 - a dump
    entry, cells, rejects = land(text, "t", tmp_path)
    assert cells == [["1", "2"], ["4", "5"]]
    assert [line["code"] for line in rejects] == ["SOURCE-INSERT"] * 2
    assert rejects[0]["raw"] == "3"
    assert (entry.read, entry.kept, entry.rejected) == (4, 2, 2)


def test_statements_of_other_tables_are_not_its_rows(tmp_path: Path) -> None:
    text = "INSERT INTO a (x) VALUES (1);\nINSERT INTO b (x) VALUES (2);\n"
    entry, cells, _ = land(text, "b", tmp_path)
    assert (entry.read, cells) == (1, [["2"]])
    assert [one.name for one in tables(tmp_path / "d.sql", "utf-8")] == ["a", "b"]


def test_a_closed_dump_is_refused_with_the_next_step(tmp_path: Path) -> None:
    file = tmp_path / "full.sql"
    file.write_bytes(b"\x03\x00\x00" * 2000)
    with pytest.raises(Trouble, match="SOURCE-CLOSED"):
        sniff(file)


TEXTS = st.text(
    st.characters(
        blacklist_categories=["Cs", "Cn"], blacklist_characters="\0\r\x85\u2028\u2029"
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_whatever_is_quoted_comes_back(rows: list[list[str]], tmp_path: Path) -> None:
    values = ", ".join(
        "(" + ", ".join("'" + cell.replace("'", "''") + "'" for cell in row) + ")"
        for row in rows
    )
    _, cells, rejects = land(f"INSERT INTO t (a, b) VALUES {values};\n", "t", tmp_path)
    assert not rejects
    assert cells == rows


def test_a_table_that_is_made_and_has_no_rows_is_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "d.sql"
    file.write_text("CREATE TABLE br (\n  id int,\n  xm varchar(20)\n);\n", "utf-8")
    rows = tmp_path / "rows.parquet"
    with Landing(rows, tmp_path / "rejects.parquet", 1, file.name) as sink:
        entry, _ = read(file, sink, "br", Dialect("utf-8"))
    assert entry == Entry("land", 0, 0)
    assert pq.read_schema(rows).names == ["id", "xm", "_row"]
    assert tables(file, "utf-8") == []


def test_statement_inside_a_value_is_a_value(tmp_path: Path) -> None:
    """What a note of another table tells is not run as a statement."""
    text = (
        "INSERT INTO note (id, t) VALUES (1, 'so: INSERT INTO lab (id) VALUES (9);');\n"
        "INSERT INTO lab (id) VALUES (1);\nINSERT INTO lab (id) VALUES (2);\n"
    )
    entry, cells, _ = land(text, "lab", tmp_path)
    assert (entry.kept, cells) == (2, [["1"], ["2"]])


def test_dump_cut_off_in_a_row_rejects_that_row(tmp_path: Path) -> None:
    """The rows before the cut are kept, the one that was cut is told."""
    text = "INSERT INTO lab (id, v) VALUES (1, 'a'), (2, NULL), (3, 'c"
    entry, cells, refused = land(text, "lab", tmp_path)
    assert cells == [["1", "a"], ["2", ""]]
    assert (entry.kept, entry.rejected) == (2, 1)
    assert str(refused[0]["code"]).startswith("SOURCE-")


def test_rows_of_one_head_may_be_plain_and_not(tmp_path: Path) -> None:
    """Rows that need care keep their place among those that do not."""
    head = "INSERT INTO lab (id, v) VALUES "
    rows = ["(1, 'a')", "(2, 'b(c)')", "(3, 'NULL')", "(4, null)", "(5, 'it''s')"]
    text = "".join(f"{head}{row};\n" for row in rows)
    _, cells, _ = land(text, "lab", tmp_path)
    assert [value for _, value in cells] == ["a", "b(c)", "NULL", "", "it's"]
