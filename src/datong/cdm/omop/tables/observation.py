"""Observations: allergies, questions with answers, referrals, and all that is left."""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "observation",
    {
        "observation_id": "{id}",
        "person_id": "{person}",
        "observation_concept_id": "{concept}",
        "observation_date": "{start_date}",
        "observation_datetime": "{start_datetime}",
        "observation_type_concept_id": "{type}",
        "value_as_number": "{number}",
        "value_as_string": "{value_text}",
        "value_as_concept_id": "{value_concept}",
        "unit_concept_id": "{unit}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "observation_source_value": "{source_value}",
        "observation_source_concept_id": "{source_concept}",
        "unit_source_value": "{unit_text}",
        "qualifier_source_value": "{qualifier_text}",
        "value_source_value": "{value_text}",
    },
)
