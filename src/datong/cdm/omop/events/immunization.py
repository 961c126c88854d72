"""A vaccination is the exposure to a drug."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept

EVENTS = (
    Event(
        "immunization",
        "drug_exposure",
        code="vaccine",
        type=str(concept("type", "administration")),
        codes={"route": "route"},
        words={
            "quantity": "e.quantity",
            "dose_unit": "coalesce(e.unit_text, e.unit_code)",
            "lot": "e.lot",
        },
    ),
)
