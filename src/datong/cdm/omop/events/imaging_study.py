"""An imaging study is a procedure."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept

BODY_PART = "coalesce(e.body_part_text, e.body_part_code)"
EVENTS = (
    Event(
        "imaging_study",
        "procedure_occurrence",
        code="modality",
        type=str(concept("type", "EHR")),
        words={"modifier_text": BODY_PART, "qualifier_text": BODY_PART},
    ),
)
