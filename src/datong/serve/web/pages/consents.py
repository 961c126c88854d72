"""Consents: a person's, written down by who may, or by the person; and withdrawn."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard import consents
from datong.guard.consents import Consent
from datong.guard.signin import Person
from datong.serve.web.page import Page
from datong.serve.web.reasons import NO_PAGE
from datong.serve.web.visit import Here, Number, Visit
from datong.serve.web.words import PURPOSES
from datong.store.manifest import now

router = APIRouter()
page = Page("/consents", "patient", Say("Consents", "知情同意"), 60, "consent")
Whose = Annotated[int | None, Query(ge=0, le=2**53)]


class Said(BaseModel):
    """What the form holds."""

    person: int = Field(ge=0, le=2**53)
    purpose: str = ""
    kind: str = ""
    state: str = ""
    days: int = Field(0, ge=0, le=consents.LONGEST)
    recipient: str = Field("", max_length=80)
    evidence: str = Field("", max_length=64)


@router.get("/consents")
def listed(visit: Here, person: Whose = None) -> HTMLResponse:
    """List what a person has agreed to; whether there is one is not told."""
    whose = visit.who.person_key if person is None else person
    rows = []
    if whose is not None:
        who = _allowed(visit, whose)
        visit.state.note(who, "consents", persons=(whose,))
        rows = consents.of_person(visit.state.store, whose)
    else:
        visit.need("consent")
    return visit.render(
        "consents.html",
        rows=rows,
        whose=whose,
        at=now(),
        purposes=PURPOSES,
        kinds=consents.KINDS,
        states=consents.STATES,
    )


@router.post("/consents")
def write(visit: Here, said: Annotated[Said, Form()]) -> RedirectResponse:
    """Write one down, after its line in the audit."""
    who = _allowed(visit, said.person)
    asked = f"{said.purpose} {said.state}"[:80]
    visit.state.note(who, "consent", asked=asked, persons=(said.person,))
    consents.write(visit.state.store, Consent(**said.model_dump()))
    return RedirectResponse(f"/consents?person={said.person}", 303)


@router.post("/consents/{number}/withdraw")
def withdraw(
    visit: Here, number: Number, person: Annotated[int, Form(ge=0, le=2**53)]
) -> RedirectResponse:
    """Withdraw one; the next request of anybody finds it withdrawn."""
    who = _allowed(visit, person)
    visit.state.note(who, "consent", asked=f"withdraw {number}", persons=(person,))
    consents.withdraw(visit.state.store, person, number)
    return RedirectResponse(f"/consents?person={person}", 303)


def _allowed(visit: Visit, person: int) -> Person:
    """Insist on the right, or on the person's own consents."""
    if visit.who.person_key != person:
        return visit.need("consent")
    if visit.who.scopes is not None:
        raise Trouble(NO_PAGE)
    return visit.who
