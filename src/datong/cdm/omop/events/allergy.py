"""An allergy is an observation.

A code may name the allergy or the substance. The concept of a substance is no
observation (a patient allergic to penicillin was not exposed to it), so it becomes the
answer, and the question stays without a concept.
"""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept

IS_FINDING = "c.domain in ('Condition', 'Observation')"
EVENTS = (
    Event(
        "allergy",
        "observation",
        code="substance",
        type=str(concept("type", "EHR")),
        words={
            "concept": f"case when {IS_FINDING} then c.concept_id else 0 end",
            "value_concept": (
                f"case when {IS_FINDING} then c.value_as_concept_id"
                " else nullif(c.concept_id, 0) end"
            ),
            "value_text": "coalesce(e.substance_text, e.substance_code)",
            "qualifier_text": "coalesce(e.criticality_text, e.criticality_code)",
        },
        goes=frozenset({"condition_occurrence", "observation"}),
    ),
)
