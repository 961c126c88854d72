"""Conditions: diagnoses, and what else has a concept of that domain."""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "condition_occurrence",
    {
        "condition_occurrence_id": "{id}",
        "person_id": "{person}",
        "condition_concept_id": "{concept}",
        "condition_start_date": "{start_date}",
        "condition_start_datetime": "{start_datetime}",
        "condition_end_date": "{end_date}",
        "condition_end_datetime": "{end_datetime}",
        "condition_type_concept_id": "{type}",
        "condition_status_concept_id": "{status}",
        "stop_reason": "{stop_reason}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "condition_source_value": "{source_value}",
        "condition_source_concept_id": "{source_concept}",
        "condition_status_source_value": "{status_text}",
    },
)
