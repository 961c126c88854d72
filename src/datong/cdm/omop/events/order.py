"""An order of a drug: the first of the three stages of a drug exposure."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import NOT_A_DRUG, PROPOSAL

OUTPATIENT = concept("visit", "outpatient")

EVENTS = (
    Event(
        "order",
        "drug_exposure",
        code="item",
        type=(
            f"case when v.visit_concept_id = {OUTPATIENT}"
            f" then {concept('type', 'prescription')}"
            f" else {concept('type', 'order')} end"
        ),
        codes={"route": "route"},
        words={
            "quantity": "e.quantity",
            "days": "e.days",
            "dose_unit": "coalesce(e.dose_unit_text, e.dose_unit_code)",
            "sig": (
                "nullif(concat_ws(' ', cast(cast(e.dose as double) as varchar),"
                " coalesce(e.dose_unit_text, e.dose_unit_code),"
                " coalesce(e.frequency_text, e.frequency_code)), '')"
            ),
            "stop_reason": "coalesce(e.stop_reason_text, e.stop_reason_code)",
        },
        rules=(NOT_A_DRUG, PROPOSAL),
    ),
)
