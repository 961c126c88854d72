"""What a person record says of a life is an observation each, where it has a date."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import Rule
from datong.core.say import Say


def _asked(field: str, slot: int) -> Event:
    """Make the question that a field of the person record answers."""
    answer = f"coalesce(e.{field}_text, e.{field}_code)"
    silent = Rule(
        f"no-{field}",
        Say(f"The record says nothing of {field}.", f"记录未填写 {field}。"),
        f"{answer} is null",
    )
    return Event(
        "person",
        "observation",
        code=field,
        asks=f"person.{field}",
        type=str(concept("type", "EHR")),
        codes={"answer": field},
        words={
            "source_value": f"'{field}'",
            "value_text": answer,
            "value_concept": "nullif(answer.concept_id, 0)",
        },
        rules=(silent,),
        goes=frozenset({"observation"}),
        slot=slot,
        start="coalesce(e.time, e.recorded, e.available)",
    )


QUESTIONS = ("marital", "occupation", "nationality")
EVENTS = tuple(_asked(field, n) for n, field in enumerate(QUESTIONS, start=1))
