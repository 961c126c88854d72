"""What the shapes of records say is compiled into checks."""

from datetime import date, datetime

import pyarrow as pa

from datong.engine.duckdb import Duck, Input
from datong.quality.finding import Finding, Verdict
from datong.quality.from_shapes import codes_of, judge_shapes
from datong.quality.groups import GroupedBy

TODAY = date(2026, 11, 24)
Rows = list[dict[str, object]]
GIVEN = {"organization": "H1", "source": "his", "_row": 1, "_rule": 1}


def judged(kind: str, rows: Rows, **more: pa.Table) -> dict[str, Finding]:
    held = [{"record": n, **GIVEN, **row} for n, row in enumerate(rows)]
    inputs: dict[str, Input] = {kind: pa.Table.from_pylist(held), **more}
    with Duck() as duck:
        found = judge_shapes(duck, inputs, TODAY, GroupedBy())
    return {one.name: one for one in found}


def test_required_columns_are_filled() -> None:
    found = judged("diagnosis", [{"source": "his"}, {"source": None}])
    one = found["shapeRequired.diagnosis.source"]
    assert (one.examined, one.bad, one.keys) == (2, 1, ("1",))
    assert found["shapeRequired.diagnosis.organization"].verdict is Verdict.PASS


def test_a_column_of_another_type_is_told() -> None:
    found = judged("lab_result", [{"time": "2024-01-01", "low": "1"}])
    assert found["shapeType.lab_result.time"].verdict is Verdict.FAIL
    assert found["shapeType.lab_result.source"].verdict is Verdict.PASS


def test_a_number_occurs_once() -> None:
    found = judged("diagnosis", [{"record": 5}, {"record": 5}, {"record": 6}])
    assert found["shapeKey.diagnosis.record"].bad == 2


def test_a_person_that_is_not_there() -> None:
    given = {name: [value] for name, value in GIVEN.items()}
    people = pa.table({"record": [1], "person": [7], **given})
    found = judged("diagnosis", [{"person": 7}, {"person": 8}], person=people)
    one = found["shapeReference.diagnosis.person"]
    assert (one.examined, one.bad, one.keys) == (2, 1, ("1",))


def test_value_sets_are_those_of_chinas_standards() -> None:
    assert codes_of("diagnosis", "admission_condition") == ("1", "2", "3", "4")
    rows: Rows = [
        {"admission_condition_code": "1", "admission_condition_system": "house"},
        {"admission_condition_code": "7", "admission_condition_system": "house"},
        {"admission_condition_code": "y", "admission_condition_system": "H1:his.x"},
    ]
    one = judged("diagnosis", rows)["shapeValueSet.diagnosis.admission_condition_code"]
    assert (one.bad, one.keys) == (1, ("1",))


def test_days_and_partial_dates() -> None:
    rows: Rows = [
        {"onset": "2024-13", "time": datetime(1824, 1, 1)},
        {"onset": "2024-12", "time": datetime(2024, 1, 1)},
    ]
    found = judged("diagnosis", rows)
    assert found["shapeFormat.diagnosis.onset"].keys == ("0",)
    assert found["shapeRange.diagnosis.time"].keys == ("0",)
    assert found["shapeRange.diagnosis.time"].groups["site"] == {"H1": (2, 1)}
