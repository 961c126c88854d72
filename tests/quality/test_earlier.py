"""What an earlier release tells, and what must not be taken for a change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from datong.engine.duckdb import Duck
from datong.quality.earlier import compare
from datong.quality.finding import Finding, Verdict

ROWS = 1_200
START = datetime(2024, 1, 1)


def results(first: int = 0) -> pa.Table:
    """Laboratory results of two hospitals over six months, numbered from `first`."""
    numbers = range(ROWS)
    return pa.table(
        {
            "record": [first + n for n in numbers],
            "person": [n % 40 for n in numbers],
            "organization": [f"H{n % 2 + 1}" for n in numbers],
            "item_code": [("GLU", "CRE")[n // 2 % 2] for n in numbers],
            "value": [float(n % 97 + 400 * (n // 2 % 2)) for n in numbers],
            "time": [START + timedelta(hours=3.65 * n) for n in numbers],
        }
    )


def changed(
    before: pa.Table, now: pa.Table, table: str = "lab_result", site: str = ""
) -> Mapping[str, Finding]:
    with Duck() as duck:
        found = compare(duck, {table: before}, {table: now}, "records", site)
    return {one.type: one for one in found if one.verdict is Verdict.FAIL}


def put(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def test_a_file_delivered_again_is_neither_lost_nor_new() -> None:
    found = changed(results(), results(first=10**6))
    assert found.keys() == {"rows_renumbered"}


def test_one_value_in_a_file_delivered_again_is_one_row_changed() -> None:
    now = results(first=10**6)
    values = now["value"].to_pylist()
    values[5] = 9_999.0
    found = changed(results(), put(now, "value", pa.array(values)))
    assert found.keys() == {"rows_changed", "rows_renumbered"}
    assert found["rows_changed"].bad == 1
    assert found["rows_changed"].keys == (str(10**6 + 5),)


def test_what_is_lost_is_told_by_site_and_month() -> None:
    before = results()
    gone = pc.and_(
        pc.equal(pc.month(before["time"]), 2), pc.equal(before["organization"], "H2")
    )
    one = changed(before, before.filter(pc.invert(gone)))["rows_lost"]
    lost = pc.sum(gone).as_py()
    assert one.bad == lost
    assert {k: bad for k, (_, bad) in one.groups["site"].items()} == {
        "H1": 0,
        "H2": lost,
    }
    assert one.groups["month"]["2024-02"][1] == lost


def test_rows_that_no_key_tells_apart_are_counted_once() -> None:
    links = pa.table({"domain_concept_id_1": [19, 21] * 300, "fact_id_1": range(600)})
    other = put(links, "fact_id_1", pa.array(range(50, 650)))
    assert not changed(links, other, "fact_relationship")
    found = changed(links, other.slice(100), "fact_relationship")
    assert found["rows_lost"].bad == 100


def test_a_few_rows_of_the_next_month_make_no_hospital_silent() -> None:
    now = results()
    late = now.slice(0, 3)
    late = put(late, "time", pa.array([datetime(2024, 8, 1)] * 3))
    late = put(late, "record", pa.array([10**7 + n for n in range(3)]))
    late = put(late, "organization", pa.array(["H1"] * 3))
    assert not changed(results(), pa.concat_tables([now, late]))


def test_a_hospital_that_sent_nothing_of_the_new_month_is_silent() -> None:
    now = results()
    before = now.filter(pc.less(now["time"], datetime(2024, 6, 1)))
    june = pc.greater_equal(now["time"], datetime(2024, 6, 1))
    is_gone = pc.and_(june, pc.equal(now["organization"], "H2"))
    found = changed(before, now.filter(pc.invert(is_gone)))
    assert found.keys() == {"hospital_fell_silent"}
    assert found["hospital_fell_silent"].keys == ("H2",)


def test_items_are_compared_each_with_itself() -> None:
    before = results()
    is_glucose = pc.equal(before["item_code"], "GLU")
    mix = before.filter(pc.or_(pc.invert(is_glucose), pc.less(before["record"], 900)))
    assert "distribution_moved" not in changed(before, mix)
    moved = pc.if_else(is_glucose, pc.multiply(before["value"], 18), before["value"])
    one = changed(before, put(before, "value", moved))["distribution_moved"]
    assert (one.bad, one.examined, one.keys) == (1, 2, ("GLU",))


def test_a_folder_names_its_site_by_any_column() -> None:
    days = [date(2024, 1 + n % 6, 2) for n in range(600)]
    visits = pa.table(
        {
            "visit_occurrence_id": range(600),
            "person_id": [n % 50 for n in range(600)],
            "campus": [f"C{n // 6 % 2}" for n in range(600)],
            "visit_start_date": days,
        }
    )
    last = pc.equal(pc.month(visits["visit_start_date"]), 6)
    gone = pc.and_(last, pc.equal(visits["campus"], "C1"))
    now = visits.filter(pc.invert(gone))
    found = changed(visits, now, "visit_occurrence", site="campus")
    assert found["hospital_fell_silent"].keys == ("C1",)


def test_eras_that_follow_from_other_rows_are_not_compared() -> None:
    eras = pa.table({"drug_era_id": range(10), "person_id": range(10)})
    assert not changed(eras, eras.slice(5), "drug_era")
