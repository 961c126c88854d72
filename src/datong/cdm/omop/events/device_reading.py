"""A reading of a wearable is a measurement that the patient reports."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.values import MEASURED

EVENTS = (
    Event(
        "device_reading",
        "measurement",
        code="item",
        type=str(concept("type", "self-report")),
        codes={"unit": "unit"},
        words={
            **MEASURED,
            "qualifier_text": "coalesce(e.statistic_text, e.statistic_code)",
        },
    ),
)
