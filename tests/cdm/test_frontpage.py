"""A front page joined from standard records, by hand."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from datong.cdm.frontpage import join
from datong.engine.duckdb import ARROW, Duck
from datong.standards.records import all_kinds

IN, OUT = datetime(2024, 5, 10, 9), datetime(2024, 5, 14, 16)
STAY = {"encounter": 7, "person": 1, "class_system": "house", "class_code": "inpatient"}
HOUSE = {"admit_route_system": "house", "admit_route_code": "1"}
RECORDS = {
    "encounter": [
        STAY | HOUSE | {"time": IN, "time_end": OUT, "department_text": "内科"},
        STAY | {"encounter": 8, "time": IN, "status_code": "active"},
        STAY | {"encounter": 9, "class_code": "outpatient", "time": IN},
        STAY | {"encounter": 10, "organization": "H2", "time": IN, "time_end": OUT},
    ],
    "person": [{"person": 1, "birth": "1980-05-11", "marital_text": "已婚"}],
    "diagnosis": [
        {"source": "his", "role_code": "main", "rank": 1, "diagnosis_code": "I10"},
        {"source": "mr", "role_code": "other", "rank": 3, "diagnosis_code": "E78.5"},
        {"source": "mr", "role_code": "other", "rank": 2, "diagnosis_code": "E11.9"},
        {
            "source": "mr",
            "role_code": "main",
            "rank": 1,
            "diagnosis_code": "J18.9",
            "diagnosis_text": "肺炎",
            "admission_condition_code": "1",
        },
    ],
    "procedure": [
        {"role_code": "other", "rank": 2, "procedure_code": "33.24"},
        {"role_code": "main", "rank": 1, "procedure_code": "32.41", "time": IN},
    ],
    "transfer": [
        {"sequence": 1, "time": IN, "to_department_text": "重症医学科"},
        {"sequence": 2, "time": OUT, "to_department_text": "外科"},
    ],
    "settlement": [
        {"total": Decimal("100.50"), "cash": Decimal(20), "bed_fee": Decimal(30)},
        {"total": Decimal(50), "cash": Decimal(5), "account": Decimal(1)},
        {"total": Decimal(9), "status_code": "cancelled"},
    ],
}


@pytest.fixture
def duck() -> Iterator[Duck]:
    """The records of two hospitals, whole in shape."""
    with Duck(alone=True) as opened:
        opened.do("create schema records")
        for kind, rows in RECORDS.items():
            shape = all_kinds()[kind].shape
            schema = pa.schema([(c.name, ARROW[c.kind]) for c in shape])
            given = [
                {"organization": "H1", "source": "his", "record": n, "encounter": 7}
                | row
                for n, row in enumerate(rows)
            ]
            made = pa.Table.from_pylist(given, schema)
            opened.see(kind, made)
            opened.do(f"create table records.{kind} as from temp.{kind}")
        yield opened


def test_a_stay_is_one_row_with_all_that_its_records_say(duck: Duck) -> None:
    pages = join(duck, "H1", {})
    assert pages.table.num_rows == 1  # neither the open stay nor the visit
    (page,) = pages.table.to_pylist()
    assert page == {
        "A01": "H1",
        "B12": "2024-05-10 09:00:00",
        "B15": "2024-05-14 16:00:00",
        "B20": "4",
        "B11C": "1",
        "B13C": "内科",
        "B21C": "重症医学科,外科",
        "B16C": "外科",
        "A13": "1980-05-11",
        "A14": "43",
        "A21C": "已婚",
        "C03C": "J18.9",
        "C04N": "肺炎",
        "C05C": "1",
        "C06x01C": "E11.9",
        "C06x02C": "E78.5",
        "C14x01C": "32.41",
        "C16x01": "2024-05-10 09:00:00",
        "C35x01C": "33.24",
        "D01": "150.50",
        "D09": "26.00",
        "D11": "30.00",
    }
    assert {"A38C", "B34C", "D13"} <= pages.unfilled


def test_a_kind_that_nobody_delivers_is_only_empty(duck: Duck) -> None:
    duck.do("drop table records.settlement")
    pages = join(duck, "H1", {})
    assert {"D01", "A46C"} <= pages.unfilled
    assert pages.table["C03C"].to_pylist() == ["J18.9"]


def test_a_house_code_is_written_by_its_meaning(duck: Duck) -> None:
    pages = join(duck, "H1", {"B11C": {"1": "2", "2": "1"}})
    assert pages.table["B11C"].to_pylist() == ["2"]
