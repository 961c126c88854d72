"""The examples run, and give what their files say."""

import shutil
from pathlib import Path

from datong.run.project import Project
from datong.run.runner import Report

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, folder: Path) -> tuple[Project, Report]:
    """Run a copy of an example."""
    skipped = shutil.ignore_patterns(".datong")
    project = Project(shutil.copytree(EXAMPLES / name, folder / name, ignore=skipped))
    return project, project.run()


def test_a_hospital_of_three_tables(tmp_path: Path) -> None:
    project, report = run("csv", tmp_path)
    assert report.rejects == {"MAP-TIME": 1}  # 2024-03-32
    tables = {name: rows for name, rows in report.tables.items() if rows}
    assert (tables["person"], tables["visit_occurrence"]) == (5, 5)
    steps = {str(e["step"]): e for e in report.ledger}
    diagnoses = steps["map:H1/his.diagnoses"]
    assert (diagnoses["read"], diagnoses["kept"], diagnoses["merged"]) == (8, 7, 1)
    with project.read() as reader:
        found = reader.query(
            "select year_of_birth, month_of_birth, gender_concept_id from person"
            " order by year_of_birth"
        ).to_pylist()
        undated = reader.query(
            "select condition_start_date, condition_source_value"
            " from condition_occurrence c join records.diagnosis on record ="
            " condition_occurrence_id where time is null"
        ).to_pylist()
    assert [row["year_of_birth"] for row in found] == [1951, 1966, 1978, 1990, 2019]
    assert found[1]["month_of_birth"] is None  # 1966, no more
    assert str(undated[0]["condition_start_date"]) == "2024-03-04"  # its visit's
    assert undated[0]["condition_source_value"] == "血脂高"


def test_a_bundle_whose_resources_name_each_other(tmp_path: Path) -> None:
    project, report = run("fhir", tmp_path)
    assert report.rows == 6
    assert report.rejects == {}
    left = [e for e in report.ledger if e["step"] == "map:C1/fhir.CarePlan"]
    assert left[0]["silent"] == 1
    with project.read() as reader:
        visits = reader.query(
            "select visit_start_datetime as t, visit_concept_id as c from"
            " visit_occurrence"
        ).to_pylist()
        measured = reader.query(
            "select measurement_source_value as code, unit_concept_id as unit,"
            " cast(value_as_number as double) as value from measurement"
            " where visit_occurrence_id is not null order by code"
        ).to_pylist()
    assert [(str(v["t"]), v["c"]) for v in visits] == [("2024-03-01 09:10:00", 9202)]
    assert measured == [
        {"code": "2345-7", "unit": 8753, "value": 5.6},
        {"code": "8462-4", "unit": 8876, "value": 94.0},
        {"code": "8480-6", "unit": 8876, "value": 152.0},
    ]
