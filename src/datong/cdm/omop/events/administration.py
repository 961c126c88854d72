"""A drug given: the third and best stage of a drug exposure."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import NOT_GIVEN

EVENTS = (
    Event(
        "administration",
        "drug_exposure",
        code="item",
        type=str(concept("type", "administration")),
        codes={"route": "route"},
        words={
            "quantity": "e.dose",
            "dose_unit": "coalesce(e.dose_unit_text, e.dose_unit_code)",
            "sig": (
                "nullif(concat_ws(' ', cast(cast(e.rate as double) as varchar),"
                " coalesce(e.rate_unit_text, e.rate_unit_code)), '')"
            ),
        },
        rules=(NOT_GIVEN,),
    ),
)
