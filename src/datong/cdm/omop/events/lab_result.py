"""A laboratory result is a measurement; its specimen has a table of its own."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.values import MEASURED

EVENTS = (
    Event(
        "lab_result",
        "measurement",
        code="item",
        type=str(concept("type", "lab")),
        codes={"unit": "unit"},
        words={
            **MEASURED,
            "low": "e.low",
            "high": "e.high",
            "value_text": ("coalesce(e.value_text, e.organism_text, e.organism_code)"),
            "qualifier_text": "coalesce(e.flag_text, e.flag_code)",
        },
        start=(
            "coalesce(e.time, e.collected, v.visit_start_datetime, v.visit_start_date)"
        ),
    ),
)
