"""The OMOP tables of the clean ground, made from its records in plain SQL.

It stands in for the real views so that faults can be put into records and views alike;
concept numbers are OHDSI's for sexes, visits and types, and invented ones above two
thousand million for the ground's own items, as OMOP keeps for local concepts.
"""

from collections.abc import Mapping

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.quality.faults.ground import DIAGNOSES, DRUGS, ITEMS

LOCAL = 2_000_000_000
TYPE = 32817  # EHR
UNITS = tuple(dict.fromkeys(item[2] for item in ITEMS))
CODES = {
    "Condition": tuple(code for code, _, _ in DIAGNOSES),
    "Drug": tuple(drug[0] for drug in DRUGS),
    "Measurement": tuple(item[0] for item in ITEMS),
    "Unit": UNITS,
}
CLASSES = {"Drug": "Ingredient"}
KNOWN = (  # OHDSI's own
    (0, "No matching concept", "Metadata", "S"),
    (8507, "MALE", "Gender", "S"),
    (8532, "FEMALE", "Gender", "S"),
    (9201, "Inpatient Visit", "Visit", "S"),
    (9202, "Outpatient Visit", "Visit", "S"),
    (TYPE, "EHR", "Type Concept", "S"),
)


def concepts() -> dict[str, int]:
    """Number the ground's own codes."""
    codes = [code for held in CODES.values() for code in held]
    return {code: LOCAL + number for number, code in enumerate(codes, start=1)}


def vocabulary() -> pa.Table:
    """Return the concept table: OHDSI's own few, ours, and one that is retired."""
    rows = [(number, name, domain, kind) for number, name, domain, kind in KNOWN]
    numbers = concepts()
    rows += [
        (numbers[c], c, domain, "S") for domain, held in CODES.items() for c in held
    ]
    retired = LOCAL + 900
    rows += [
        (retired, "retired", "Condition", "S"),
        (retired + 1, "other", "Drug", "N"),
    ]
    return pa.table(
        {
            "concept_id": [row[0] for row in rows],
            "concept_name": [row[1] for row in rows],
            "domain_id": [row[2] for row in rows],
            "vocabulary_id": ["ground"] * len(rows),
            "concept_class_id": [CLASSES.get(row[2], "Any") for row in rows],
            "standard_concept": [None if row[3] == "N" else "S" for row in rows],
            "concept_code": [row[1] for row in rows],
            "invalid_reason": ["D" if row[0] == retired else None for row in rows],
        }
    )


WHENCE = "record as _record, _rule, _row"
EVENT = f"record as {{key}}, {WHENCE}, r.person as person_id"
EVENT += ", r.encounter as visit_occurrence_id"
VIEWS = {
    "person": f"""
        select person as person_id, {WHENCE},
            case sex_code when '1' then 8507 when '2' then 8532 else 0 end
                as gender_concept_id,
            cast(substr(birth, 1, 4) as integer) as year_of_birth,
            cast(substr(birth, 6, 2) as integer) as month_of_birth,
            cast(substr(birth, 9, 2) as integer) as day_of_birth,
            cast(birth as timestamp) as birth_datetime,
            0 as race_concept_id, 0 as ethnicity_concept_id,
            sex_code as gender_source_value
        from person
    """,
    "visit_occurrence": f"""
        select record as visit_occurrence_id, {WHENCE}, person as person_id,
            case class_code when 'inpatient' then 9201 else 9202 end
                as visit_concept_id,
            cast(time as date) as visit_start_date, time as visit_start_datetime,
            cast(time_end as date) as visit_end_date, time_end as visit_end_datetime,
            {TYPE} as visit_type_concept_id, class_code as visit_source_value
        from encounter
    """,
    "condition_occurrence": f"""
        select {EVENT.format(key="condition_occurrence_id")},
            coalesce(c.concept_id, 0) as condition_concept_id,
            cast(time as date) as condition_start_date,
            time as condition_start_datetime, {TYPE} as condition_type_concept_id,
            diagnosis_code as condition_source_value
        from diagnosis r left join concept c on c.concept_code = r.diagnosis_code
    """,
    "measurement": f"""
        select {EVENT.format(key="measurement_id")},
            coalesce(c.concept_id, 0) as measurement_concept_id,
            cast(time as date) as measurement_date, time as measurement_datetime,
            {TYPE} as measurement_type_concept_id, value_number as value_as_number,
            u.concept_id as unit_concept_id, unit_code as unit_source_value,
            low as range_low, high as range_high,
            item_code as measurement_source_value
        from lab_result r left join concept c on c.concept_code = r.item_code
        left join concept u on u.concept_code = r.unit_code
    """,
    "drug_exposure": f"""
        select {EVENT.format(key="drug_exposure_id")},
            coalesce(c.concept_id, 0) as drug_concept_id,
            cast(time as date) as drug_exposure_start_date,
            time as drug_exposure_start_datetime,
            cast(time as date) + cast(coalesce(days, 1) as integer) - 1
                as drug_exposure_end_date,
            {TYPE} as drug_type_concept_id, quantity,
            cast(days as integer) as days_supply, item_code as drug_source_value
        from (
            select record, _rule, _row, person, encounter, time, item_code, quantity,
                days
            from dispensing union all
            select record, _rule, _row, person, encounter, time, item_code, dose,
                null
            from administration where given_code = 'completed'
        ) r left join concept c on c.concept_code = r.item_code
    """,
    "observation_period": f"""
        select person_id as observation_period_id, person_id,
            min(visit_start_date) as observation_period_start_date,
            max(visit_end_date) as observation_period_end_date,
            {TYPE} as period_type_concept_id
        from visit_occurrence group by person_id
    """,
    "condition_era": """
        select row_number() over (order by person_id, condition_concept_id)
                as condition_era_id,
            person_id, condition_concept_id,
            min(condition_start_date) as condition_era_start_date,
            max(condition_start_date) as condition_era_end_date,
            count(*) as condition_occurrence_count
        from condition_occurrence where condition_concept_id <> 0
        group by person_id, condition_concept_id
    """,
    "drug_era": """
        select row_number() over (order by person_id, drug_concept_id) as drug_era_id,
            person_id, drug_concept_id,
            min(drug_exposure_start_date) as drug_era_start_date,
            max(drug_exposure_end_date) as drug_era_end_date,
            count(*) as drug_exposure_count
        from drug_exposure where drug_concept_id <> 0
        group by person_id, drug_concept_id
    """,
}


def views(records: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Make the OMOP tables of records."""
    made = {"concept": vocabulary()}
    with Duck() as duck:
        for kind, table in records.items():
            duck.see(kind, table)
        duck.see("concept", made["concept"])
        for name, sql in VIEWS.items():
            made[name] = duck.fetch(sql)
            # A view replaces the record of the same name only once all are made.
            duck.see(f"{name}" if name != "person" else "omop_person", made[name])
    return made
