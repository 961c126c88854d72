"""A small laboratory that hands its table over piece by piece."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datong.run.project import Project

Row = tuple[str, str, str, str, str]  # number, patient, result, operation, changed
MAPPING = """
edition = "1"
reads = "lis.lab"
grain = ["number"]
[files]
glob = "lab_*.csv"
[load]
{load}
[person]
system = "his.patient"
value = '"patient"'
[[record]]
kind = "lab_result"
[record.set]
report = '"number"'
sequence = '1'
time = '''time_of("changed", '%Y-%m-%d %H:%M:%S')'''
value = '"result"'
[record.code]
item = {{ text = "'glucose'", system = "lis.item" }}
[ignored]
"operation" = "says what happened to the row"
"""
CHANGES = """
mode = "changes"
operation = "operation"
delete = ["D"]
order = "changed"
"""
SNAPSHOT = """
mode = "snapshot"
full = "*_full_*"
"""


def laboratory(root: Path, load: str) -> Project:
    """Make a project of one hospital that has handed nothing over yet."""
    (root / "silo").mkdir(parents=True)
    (root / "mappings").mkdir()
    settings = '[[organization]]\nid = "H"\nfolder = "silo"\nmappings = "mappings"\n'
    (root / "datong.toml").write_text(settings, encoding="utf-8")
    text = MAPPING.format(load=load)
    (root / "mappings" / "lab.toml").write_text(text, encoding="utf-8")
    return Project(root)


def hand_over(project: Project, name: str, rows: Iterable[Row]) -> None:
    """Write a delivery."""
    lines = ["number,patient,result,operation,changed", *map(",".join, rows)]
    place = project.root / "silo" / name
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")


def at(second: int) -> str:
    """Return a moment of the day on which everything happens."""
    return f"2024-03-01 00:{second // 60:02}:{second % 60:02}"


def results(project: Project, **options: Any) -> dict[str, str]:
    """Return what holds: report, result."""
    with project.read(**options) as reader:
        sql = (
            "select report, value_text from records.lab_result"
            " where deleted is not true order by report"
        )
        rows = reader.query(sql).to_pylist()
    return {row["report"]: row["value_text"] for row in rows}


def without_keys(project: Project) -> list[Mapping[str, object]]:
    """Return all versions of all records, but for the numbers that arrival gives."""
    with project.read() as reader:
        schemas = ("records", "history")
        return [
            row
            for schema in schemas
            if f"{schema}.lab_result" in reader.tables()
            for row in reader.query(
                f"select * exclude (record, _row, _rule, person) from"
                f" {schema}.lab_result order by report, version"
            ).to_pylist()
        ]


FIRST: list[Row] = [
    ("1", "a", "10", "I", at(1)),
    ("2", "a", "11", "I", at(1)),
    ("3", "b", "12", "I", at(1)),
]
LATER: list[Row] = [
    ("1", "a", "20", "U", at(9)),
    ("2", "", "", "D", at(8)),  # as deletions come: the key alone
    ("9", "", "", "D", at(8)),  # of what was never delivered
]
LATE: list[Row] = [("1", "a", "15", "U", at(5))]
