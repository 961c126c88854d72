"""A drug or a device handed out: the second stage of a drug exposure."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import RETURNED

EVENTS = (
    Event(
        "dispensing",
        "drug_exposure",
        code="item",
        type=str(concept("type", "dispensing")),
        codes={"unit": "unit"},
        words={
            "quantity": "e.quantity - coalesce(e.returned, 0)",
            "days": "e.days",
            "dose_unit": "coalesce(e.unit_text, e.unit_code)",
            "lot": "e.batch",
        },
        rules=(RETURNED,),
    ),
)
