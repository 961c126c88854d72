"""A vital sign is a measurement."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.values import MEASURED

EVENTS = (
    Event(
        "vital_sign",
        "measurement",
        code="item",
        type=str(concept("type", "EHR")),
        codes={"unit": "unit"},
        words={
            **MEASURED,
            "qualifier_text": "coalesce(e.position_text, e.position_code)",
        },
    ),
)
