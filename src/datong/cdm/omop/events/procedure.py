"""An operation or another procedure; a device that it left behind is an exposure."""

from dataclasses import replace

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import Rule
from datong.core.say import Say

NO_DEVICE = Rule(
    "no-device",
    Say("The procedure names no device.", "该手术未记录器械。"),
    "coalesce(e.device_code, e.device_text) is null",
)
PROCEDURE = Event(
    "procedure",
    "procedure_occurrence",
    code="procedure",
    type=(
        f"case when e.encounter is not null then {concept('type', 'encounter')}"
        f" else {concept('type', 'EHR')} end"
    ),
    provider="surgeon",
    words={
        "modifier_text": "coalesce(e.level_text, e.level_code)",
        "qualifier_text": "coalesce(e.level_text, e.level_code)",
    },
)
DEVICE = replace(
    PROCEDURE,
    table="device_exposure",
    code="device",
    words={},
    rules=(NO_DEVICE,),
    goes=frozenset({"device_exposure"}),
    slot=1,
)
EVENTS = (PROCEDURE, DEVICE)
