"""A referral is an observation."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept

EVENTS = (
    Event(
        "referral",
        "observation",
        code="reason",
        type=str(concept("type", "referral")),
        words={
            "value_text": "coalesce(e.direction_text, e.direction_code)",
            "qualifier_text": "coalesce(e.priority_text, e.priority_code)",
        },
        goes=frozenset({"observation"}),
    ),
)
