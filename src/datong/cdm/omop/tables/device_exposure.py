"""Devices: what a procedure left behind, and what else has such a concept."""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "device_exposure",
    {
        "device_exposure_id": "{id}",
        "person_id": "{person}",
        "device_concept_id": "{concept}",
        "device_exposure_start_date": "{start_date}",
        "device_exposure_start_datetime": "{start_datetime}",
        "device_exposure_end_date": "{end_date}",
        "device_exposure_end_datetime": "{end_datetime}",
        "device_type_concept_id": "{type}",
        "production_id": "{lot}",
        "quantity": "{quantity}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "device_source_value": "{source_value}",
        "device_source_concept_id": "{source_concept}",
        "unit_concept_id": "{unit}",
        "unit_source_value": "{unit_text}",
        "unit_source_concept_id": "{unit_source}",
    },
)
