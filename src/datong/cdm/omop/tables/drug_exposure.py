"""Drugs ordered, dispensed and given: policy omop@1 publishes all three stages.

The type concept tells the stage, FACT_RELATIONSHIP joins the stages of one order, and
the eras count the best stage only. The end that OMOP requires is the stated one, else
the start and the days of supply less one (OMOP 5.4, drug_exposure_end_date), else the
start.
"""

from datong.cdm.omop.event import EventTable

TABLE = EventTable(
    "drug_exposure",
    {
        "drug_exposure_id": "{id}",
        "person_id": "{person}",
        "drug_concept_id": "{concept}",
        "drug_exposure_start_date": "{start_date}",
        "drug_exposure_start_datetime": "{start_datetime}",
        "drug_exposure_end_date": (
            "coalesce({end_date}, {start_date} + greatest("
            "coalesce(try_cast({days} as integer), 1), 1) - 1)"
        ),
        "drug_exposure_end_datetime": "{end_datetime}",
        "verbatim_end_date": "{end_date}",
        "drug_type_concept_id": "{type}",
        "stop_reason": "{stop_reason}",
        "quantity": "{quantity}",
        "days_supply": "{days}",
        "sig": "{sig}",
        "route_concept_id": "{route}",
        "lot_number": "{lot}",
        "provider_id": "{provider}",
        "visit_occurrence_id": "{visit}",
        "drug_source_value": "{source_value}",
        "drug_source_concept_id": "{source_concept}",
        "route_source_value": "{route_text}",
        "dose_unit_source_value": "{dose_unit}",
    },
)
