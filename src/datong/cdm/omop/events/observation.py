"""Another question and its answer.

The domain of the question's concept may make it a measurement, never an event: a
question about a disease is not the disease.
"""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.values import ANSWER, MEASURED

EVENTS = (
    Event(
        "observation",
        "observation",
        code="question",
        type=(
            "case when e.category_code in ('patient-reported', 'survey')"
            f" then {concept('type', 'self-report')} else {concept('type', 'EHR')} end"
        ),
        codes={"unit": "unit", "answer": "answer"},
        words={
            **MEASURED,
            "value_text": "coalesce(e.value_text, e.answer_text, e.answer_code)",
            "value_concept": (
                "coalesce(c.value_as_concept_id,"
                f" nullif(answer.concept_id, 0), {ANSWER})"
            ),
            "qualifier_text": "coalesce(e.category_text, e.category_code)",
        },
        goes=frozenset({"measurement", "observation"}),
    ),
)
