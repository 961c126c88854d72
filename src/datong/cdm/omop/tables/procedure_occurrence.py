"""Procedures: operations, imaging studies, and what else has such a concept."""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "procedure_occurrence",
    {
        "procedure_occurrence_id": "{id}",
        "person_id": "{person}",
        "procedure_concept_id": "{concept}",
        "procedure_date": "{start_date}",
        "procedure_datetime": "{start_datetime}",
        "procedure_end_date": "{end_date}",
        "procedure_end_datetime": "{end_datetime}",
        "procedure_type_concept_id": "{type}",
        "quantity": "{quantity}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "procedure_source_value": "{source_value}",
        "procedure_source_concept_id": "{source_concept}",
        "modifier_source_value": "{modifier_text}",
    },
)
