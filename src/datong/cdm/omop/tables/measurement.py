"""Measurements: laboratory, vital signs, device readings, variants."""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "measurement",
    {
        "measurement_id": "{id}",
        "person_id": "{person}",
        "measurement_concept_id": "{concept}",
        "measurement_date": "{start_date}",
        "measurement_datetime": "{start_datetime}",
        "measurement_type_concept_id": "{type}",
        "operator_concept_id": "{operator}",
        "value_as_number": "{number}",
        "value_as_concept_id": "{value_concept}",
        "unit_concept_id": "{unit}",
        "range_low": "{low}",
        "range_high": "{high}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "measurement_source_value": "{source_value}",
        "measurement_source_concept_id": "{source_concept}",
        "unit_source_value": "{unit_text}",
        "unit_source_concept_id": "{unit_source}",
        "value_source_value": "{value_text}",
    },
)
