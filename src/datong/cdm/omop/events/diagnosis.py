"""A diagnosis is a condition, unless its concept says otherwise."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import case, concept
from datong.cdm.omop.rules import REFUTED

EVENTS = (
    Event(
        "diagnosis",
        "condition_occurrence",
        code="diagnosis",
        type=(
            f"case when e.role_code = 'pathology' then {concept('type', 'pathology')}"
            f" when e.encounter is not null then {concept('type', 'encounter')}"
            f" else {concept('type', 'EHR')} end"
        ),
        words={
            "status": case("status", "e.role_code"),
            "status_text": "coalesce(e.role_text, e.role_code)",
            "qualifier_text": "coalesce(e.role_text, e.role_code)",
            "end_date": "coalesce(cast(e.time_end as date),"
            " try_cast(e.abated as date))",
        },
        rules=(REFUTED,),
        start=(
            "coalesce(e.time, try_cast(e.onset as timestamp),"
            " v.visit_start_datetime, v.visit_start_date)"
        ),
    ),
)
