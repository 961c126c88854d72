"""Given records, these rows: each table by what it does."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from datong.cdm.omop.view import FURTHER

Run = Callable[..., Any]
at = datetime.fromisoformat
PERSON = {"record": 1, "birth": "1980-05-06", "sex_code": "1"}
STAY = {
    "record": 10,
    "encounter": 7,
    "time": at("2024-01-02 08:00"),
    "time_end": at("2024-01-05 09:00"),
    "class_code": "inpatient",
}
MORNING = at("2024-01-03 07:30")


def test_a_person_is_made_of_all_their_records(omop: Run) -> None:
    rows = [
        {"record": 1, "birth": "1980", "sex_code": "9", "area": "330102"},
        {"record": 2, "birth": "1980-05", "sex_code": "2", "sex_text": "女"},
        {"record": 3, "birth": "1981-05-06", "deleted": True},
    ]
    out = omop({"person": rows})
    person = out.one("person")
    assert (person["year_of_birth"], person["month_of_birth"]) == (1980, 5)
    assert person["day_of_birth"] is None
    assert person["gender_concept_id"] == 8532
    assert person["gender_source_value"] == "女"
    assert person["location_id"] == out.one("location")["location_id"]
    assert person["_record"] == 2
    assert out.account("person") == {"kept": 1, "merged": 1, "deleted": 1}


def test_who_has_no_year_of_birth_is_left_out_with_all_their_events(omop: Run) -> None:
    people = [
        PERSON,
        {"record": 2, "person": 2},
        {"record": 3, "person": 3, "birth": "?"},
    ]
    events = [
        {"record": 20, "person": 2, "time": MORNING, "diagnosis_code": "I10"},
        {"record": 21, "person": 9, "time": MORNING, "diagnosis_code": "I10"},
    ]
    out = omop({"person": people, "diagnosis": events})
    assert [p["person_id"] for p in out.rows("person")] == [1]
    assert out.account("person") == {"kept": 1, "no-birth-year": 2}
    assert out.account("diagnosis") == {"no-person": 2}
    assert not out.rows("condition_occurrence")


def test_a_stay_keeps_its_times_and_its_care_site(omop: Run) -> None:
    out = omop(
        {"person": [PERSON], "encounter": [{**STAY, "department_text": "心内科"}]}
    )
    visit = out.one("visit_occurrence")
    assert visit["visit_occurrence_id"] == 7
    assert visit["visit_concept_id"] == 9201
    assert visit["visit_start_datetime"] == at("2024-01-02 08:00")
    assert visit["visit_end_date"] == date(2024, 1, 5)
    sites = {s["care_site_id"]: s["care_site_name"] for s in out.rows("care_site")}
    assert sites[visit["care_site_id"]] == "心内科"


def test_a_stay_that_is_not_over_ends_when_it_was_last_known(omop: Run) -> None:
    still = {**STAY, "time_end": None, "recorded": at("2024-01-04")}
    visit = omop({"person": [PERSON], "encounter": [still]}).one("visit_occurrence")
    assert visit["visit_end_date"] == date(2024, 1, 4)
    assert visit["discharged_to_concept_id"] == 32220


def test_two_records_of_one_visit_are_one_row(omop: Run) -> None:
    again = {**STAY, "record": 11, "class_code": None}
    planned = {**STAY, "record": 12, "encounter": 8, "status_code": "planned"}
    out = omop({"person": [PERSON], "encounter": [again, STAY, planned]})
    assert out.one("visit_occurrence")["_record"] == 10
    assert out.account("encounter") == {"kept": 1, "merged": 1, "planned": 1}


def test_a_transfer_lasts_until_the_next(omop: Run) -> None:
    moves = [
        {"record": 30, "encounter": 7, "time": at("2024-01-02 08:00"), "icu": True},
        {"record": 31, "encounter": 7, "time": at("2024-01-04"), "ward": "3"},
        {"record": 32, "encounter": 99, "time": at("2024-01-04")},
    ]
    out = omop({"person": [PERSON], "encounter": [STAY], "transfer": moves})
    first, second = out.rows("visit_detail")
    assert first["visit_detail_concept_id"] == 32037
    assert first["visit_detail_end_date"] == date(2024, 1, 4)
    assert second["visit_detail_end_date"] == date(2024, 1, 5)
    assert out.account("transfer") == {"kept": 2, "no-visit": 1}


def test_a_diagnosis_without_a_date_takes_that_of_its_visit(omop: Run) -> None:
    told = {
        "record": 20,
        "encounter": 7,
        "role_code": "main",
        "diagnosis_system": "h1:icd",
        "diagnosis_code": "I10.x00",
        "diagnosis_text": "高血压病",
    }
    lost = {**told, "record": 21, "encounter": None}
    out = omop({"person": [PERSON], "encounter": [STAY], "diagnosis": [told, lost]})
    row = out.one("condition_occurrence")
    assert row["condition_start_date"] == date(2024, 1, 2)
    assert row["visit_occurrence_id"] == 7
    assert row["condition_status_concept_id"] == 32902
    assert row["condition_concept_id"] == 0
    assert row["condition_source_value"] == "I10.x00"
    names = {c["concept_id"]: c["concept_name"] for c in out.rows("concept")}
    assert names[row["condition_source_concept_id"]] == "高血压病"
    assert out.account("diagnosis") == {"kept": 1, "no-date": 1}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"deleted": True}, "deleted"),
        ({"status_code": "error"}, "entered-in-error"),
        ({"status_code": "cancelled"}, "cancelled"),
        ({"status_code": "not-done"}, "not-done"),
        ({"status_code": "planned"}, "planned"),
        ({"certainty_code": "refuted"}, "refuted"),
        ({"status_code": "active"}, "kept"),
        ({"status_code": "unknown"}, "kept"),
    ],
)
def test_what_did_not_happen_is_left_out_by_name(
    omop: Run, said: dict[str, Any], why: str
) -> None:
    row = {"record": 20, "time": MORNING, "diagnosis_code": "I10", **said}
    out = omop({"person": [PERSON], "diagnosis": [row]})
    assert out.account("diagnosis") == {why: 1}
    assert len(out.rows("condition_occurrence")) == (why == "kept")


def test_a_visit_of_another_person_is_not_joined(omop: Run) -> None:
    other = {"record": 20, "person": 2, "encounter": 7, "time": MORNING}
    people = [PERSON, {"record": 2, "person": 2, "birth": "1990"}]
    out = omop({"person": people, "encounter": [STAY], "diagnosis": [other]})
    assert out.one("condition_occurrence")["visit_occurrence_id"] is None


def test_the_three_stages_of_a_drug_are_published_and_joined(omop: Run) -> None:
    drug = {"time": MORNING, "encounter": 7, "item_system": "h1:drug", "item_code": "A"}
    out = omop(
        {
            "person": [PERSON],
            "encounter": [STAY],
            "order": [
                {
                    **drug,
                    "record": 40,
                    "order_number": "o",
                    "type_code": "drug",
                    "route_text": "口服",
                    "days": Decimal(3),
                    "dose": Decimal(100),
                    "dose_unit_text": "mg",
                    "frequency_text": "bid",
                },
                {**drug, "record": 41, "order_number": "p", "type_code": "test"},
                {
                    **drug,
                    "record": 42,
                    "order_number": "q",
                    "type_code": "drug",
                    "intent_code": "proposal",
                },
            ],
            "dispensing": [
                {
                    **drug,
                    "record": 50,
                    "order": "o",
                    "quantity": Decimal(6),
                    "returned": Decimal(2),
                },
                {**drug, "record": 51, "quantity": Decimal(6), "returned": Decimal(6)},
            ],
            "administration": [
                {**drug, "record": 60, "order": "o"},
                {**drug, "record": 61, "order": "o", "given_code": "refused"},
            ],
        }
    )
    rows = {r["drug_exposure_id"]: r for r in out.rows("drug_exposure")}
    types = {i: r["drug_type_concept_id"] for i, r in rows.items()}
    assert types == {40: 32833, 50: 32825, 60: 32818}
    assert rows[40]["drug_exposure_end_date"] == date(2024, 1, 5)
    assert rows[40]["sig"] == "100.0 mg bid"
    assert rows[40]["route_concept_id"] == 4132161
    assert rows[50]["quantity"] == 4
    links = {(f["fact_id_1"], f["fact_id_2"]) for f in out.rows("fact_relationship")}
    assert links == {(50, 40), (40, 50), (60, 40), (40, 60)}
    assert out.account("order") == {"kept": 1, "not-a-drug": 1, "proposal": 1}
    assert out.account("dispensing") == {"kept": 1, "returned": 1}
    assert out.account("administration") == {"kept": 1, "not-given": 1}
    assert out.one("drug_era")["drug_exposure_count"] == 1


def test_a_result_keeps_operator_number_unit_and_text(omop: Run) -> None:
    glucose = {
        "record": 30,
        "time": MORNING,
        "item_system": "h1:lis",
        "item_code": "GLU",
        "value_text": "<0.5",
        "value_operator": "<",
        "value_number": Decimal("0.5"),
        "unit_system": "ucum",
        "unit_code": "mmol/L",
        "unit_text": "mmol/l",
        "low": Decimal("3.9"),
        "specimen_text": "血清",
        "report": "r",
    }
    surface = {
        "record": 31,
        "time": at("2024-01-03"),
        "time_precision": "day",
        "item_text": "乙肝表面抗原",
        "value_text": "阳性",
        "specimen_text": "血清",
        "report": "r",
    }
    out = omop({"person": [PERSON], "lab_result": [glucose, surface]})
    number, word = out.rows("measurement")
    assert number["operator_concept_id"] == 4171756
    assert number["value_as_number"] == Decimal("0.5")
    assert number["unit_concept_id"] == 8753
    assert number["unit_source_value"] == "mmol/l"
    assert number["range_low"] == Decimal("3.9")
    assert word["value_as_concept_id"] == 9191
    assert word["value_source_value"] == "阳性"
    assert word["measurement_datetime"] is None
    assert out.one("specimen")["specimen_id"] == 30


def test_a_long_text_is_cut_and_counted(omop: Run) -> None:
    long = {"record": 20, "time": MORNING, "diagnosis_text": "很" * 60}
    out = omop({"person": [PERSON], "diagnosis": [long]})
    row = out.one("condition_occurrence")
    assert len(row["condition_source_value"]) == 50
    assert row["_shortened"] == 1
    names = {c["concept_id"]: c["concept_name"] for c in out.rows("concept")}
    assert names[row["condition_source_concept_id"]] == "很" * 60


def test_a_device_of_a_procedure_and_its_surgeon(omop: Run) -> None:
    stent = {
        "record": 20,
        "time": MORNING,
        "procedure_code": "36.06",
        "surgeon": "d1",
        "device_text": "支架",
    }
    plain = {**stent, "record": 21, "device_text": None, "surgeon": "?"}
    staff = [{"record": 5, "number": "d1", "specialty_text": "心内科"}]
    out = omop({"person": [PERSON], "procedure": [stent, plain], "practitioner": staff})
    with_device, without = out.rows("procedure_occurrence")
    assert with_device["provider_id"] == 5
    assert without["provider_id"] is None
    assert out.one("device_exposure")["device_exposure_id"] == 20 + 16 * FURTHER
    assert out.one("provider")["specialty_source_value"] == "心内科"


def test_death_comes_from_the_record_or_from_the_discharge(omop: Run) -> None:
    people = [
        {**PERSON, "death": at("2024-02-01 03:00"), "death_cause_text": "肺炎"},
        {"record": 2, "person": 2, "birth": "1950"},
    ]
    died = {**STAY, "discharge_way_code": "5"}
    other = {**died, "record": 11, "encounter": 8, "person": 2}
    first, second = omop({"person": people, "encounter": [died, other]}).rows("death")
    assert first["death_date"] == date(2024, 2, 1)
    assert first["cause_source_value"] == "肺炎"
    assert second["death_date"] == date(2024, 1, 5)
    assert second["death_type_concept_id"] == 32823


def test_money_is_told_by_line_and_by_settlement(omop: Run) -> None:
    line = {
        "record": 70,
        "encounter": 7,
        "amount": Decimal(100),
        "fee_class_text": "床位费",
    }
    bill = {
        "record": 71,
        "encounter": 7,
        "total": Decimal(100),
        "fund": Decimal(60),
        "assistance": Decimal(10),
        "cash": Decimal(30),
        "drg_code": "ES31",
    }
    out = omop(
        {
            "person": [PERSON],
            "encounter": [STAY],
            "fee_line": [line, {**line, "record": 72, "encounter": None}],
            "settlement": [bill],
        }
    )
    first, second = out.rows("cost")
    assert (first["cost_event_id"], first["total_charge"]) == (7, 100)
    assert (second["paid_by_payer"], second["paid_by_patient"]) == (70, 30)
    assert second["drg_source_value"] == "ES3"
    assert second["_shortened"] == 1
    assert out.account("fee_line") == {"kept": 1, "no-visit": 1}


def test_a_coverage_lasts_as_long_as_it_is_known(omop: Run) -> None:
    insured = {
        "record": 80,
        "time": at("2020-01-01"),
        "recorded": at("2024-01-01"),
        "plan_text": "职工医保",
    }
    row = omop({"person": [PERSON], "coverage": [insured]}).one("payer_plan_period")
    assert row["payer_plan_period_end_date"] == date(2024, 1, 1)
    assert row["plan_source_value"] == "职工医保"


def test_a_note_shows_no_text(omop: Run) -> None:
    note = {"record": 90, "time": MORNING, "type_text": "出院记录", "language": "zh"}
    row = omop({"person": [PERSON], "note": [note]}).one("note")
    assert row["note_text"] == ""
    assert row["note_source_value"] == "出院记录"


def test_what_a_person_record_says_of_a_life_is_observed(omop: Run) -> None:
    said = {**PERSON, "marital_text": "已婚", "recorded": MORNING}
    row = omop({"person": [said]}).one("observation")
    assert row["value_as_string"] == "已婚"
    assert row["observation_source_concept_id"] >= 2_000_000_000


def test_a_kind_without_a_table_is_accounted_for(omop: Run) -> None:
    out = omop({"person": [PERSON], "consent": [{"record": 95, "document": "d"}]})
    assert out.account("consent") == {"no-table": 1}


def test_a_period_reaches_from_the_first_event_to_the_last(omop: Run) -> None:
    late = {
        "record": 20,
        "time": at("2025-03-01"),
        "diagnosis_code": "I10",
        "organization": "h2",
    }
    out = omop({"person": [PERSON], "encounter": [STAY], "diagnosis": [late]})
    period = out.one("observation_period")
    assert period["observation_period_start_date"] == date(2024, 1, 2)
    assert period["observation_period_end_date"] == date(2025, 3, 1)


@pytest.mark.parametrize(("gap", "count"), [(31, 1), (32, 2)])
def test_an_era_ends_where_nothing_follows_for_more_than_thirty_days(
    omop: Run, gap: int, count: int
) -> None:
    start = at("2024-01-01")  # without an end it lasts until the second
    later = start + timedelta(days=gap)
    told = [
        {"record": 20, "time": start, "diagnosis_system": "s", "diagnosis_code": "I10"},
        {"record": 21, "time": later, "diagnosis_system": "s", "diagnosis_code": "I10"},
    ]
    eras = omop({"person": [PERSON], "diagnosis": told}).rows("condition_era")
    assert len(eras) == count
    assert sum(era["condition_occurrence_count"] for era in eras) == 2
