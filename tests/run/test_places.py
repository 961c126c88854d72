"""Rows of sheets and of dumps lead to their place, and a place to its row."""

from pathlib import Path

from openpyxl import Workbook

from datong.run.project import Project
from datong.run.trace import Tracer

MAPPING = """
edition = "1"
reads = "lis.{name}"
grain = ["no"]
[files]
glob = "{glob}"
part = "lab"
{more}
[person]
system = "his.patient"
value = '"who"'
[[record]]
kind = "lab_result"
[record.set]
report = '"no"'
sequence = '1'
value = '"result"'
[record.code]
item = {{ text = "'glucose'", system = "lis.item" }}
"""
DUMP = """-- made by hand
INSERT INTO other (no) VALUES ('7');
INSERT INTO lab (no, who, result) VALUES
('d1', 'a', '5'),
('d2', 'a', '5
and more');
INSERT INTO lab (no, who, result) VALUES ('d3', 'b', '5');
"""


def test_rows_of_sheets_and_dumps_have_lines(tmp_path: Path) -> None:
    silo, mappings = tmp_path / "silo", tmp_path / "mappings"
    silo.mkdir()
    mappings.mkdir()
    made = Workbook()
    sheet = made.create_sheet("lab")
    for row in (["title"], ["no", "who", "result"], ["s1", "a", 5], [], ["s2", "b", 6]):
        sheet.append(row)
    made.save(silo / "book.xlsx")
    (silo / "dump.sql").write_text(DUMP, encoding="utf-8")
    for name, glob, more in (
        ("sheet", "*.xlsx", "header = 2"),
        ("dump", "*.sql", ""),
    ):
        text = MAPPING.format(name=name, glob=glob, more=more)
        (mappings / f"{name}.toml").write_text(text, encoding="utf-8")
    settings = '[[organization]]\nid = "H"\nfolder = "silo"\nmappings = "mappings"\n'
    (tmp_path / "datong.toml").write_text(settings, encoding="utf-8")
    project = Project(tmp_path)
    project.run()
    with project.read() as reader:
        tracer = Tracer(project.settings, reader)
        sql = "select report, record from records.lab_result order by report"
        found = {
            row["report"]: tracer.value("lab_result", row["record"])[0].place
            for row in reader.query(sql).to_pylist()
        }
        assert {report: place.line for report, place in found.items()} == {
            "s1": 3,
            "s2": 5,
            "d1": 4,
            "d2": 5,
            "d3": 7,
        }
        assert found["s2"].file == "book.xlsx#lab"
        assert "and more" in found["d2"].text
        for place in found.values():
            traced = tracer.line(place.file, place.line)
            assert traced.place == place
