"""A person's record as a simple list; and the way in when a life is in danger."""

import contextlib
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from datong.core.reason import Trouble
from datong.guard import signin
from datong.guard.glass import REASONS, break_glass
from datong.guard.reasons import ABSENT, REFUSED
from datong.serve.reading import people
from datong.serve.web.pages.search import organizations
from datong.serve.web.visit import Here, Number, Visit
from datong.serve.web.words import KINDS
from datong.store.manifest import now

router = APIRouter()
Kind = Annotated[str, Query(max_length=40)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/people/{number}")
def record(
    visit: Here, number: Number, kind: Kind = "", offset: Offset = 0
) -> HTMLResponse:
    """Show the records of a person, the newest first."""
    try:
        with visit.look() as look:
            found = people.record(look, number, kind, offset)
    except Trouble as trouble:
        if trouble.reason.code in (ABSENT.code, REFUSED.code) and _may_break(visit):
            return _glass(visit, number, 404)
        raise
    return visit.render(
        "record_rows.html" if offset else "record.html",
        kinds=KINDS,
        kind=kind,
        names=organizations(visit),
        duties=look.duties,
        shown_at=now(),
        **found,
    )


@router.get("/people/{number}/emergency")
def emergency(visit: Here, number: Number) -> HTMLResponse:
    """Ask for the reason; whether there is such a person is not told."""
    visit.need("glass")
    return _glass(visit, number)


@router.post("/people/{number}/emergency")
def open_record(
    visit: Here,
    number: Number,
    reason: Annotated[str, Form()] = "",
    words: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Break the glass: audit first; those who review it are told."""
    person, state = visit.need("glass"), visit.state
    asked = f"break glass: {reason}"
    state.note(person, "break-glass", asked=asked[:80], persons=(number,))
    try:
        break_glass(state.store, person, number, reason, words)
    except Trouble as trouble:
        return _glass(visit, number, 400, trouble)
    with contextlib.suppress(Trouble):  # the purpose is TREAT, the basis emergency
        _come_in_emergency(visit)
    return RedirectResponse(f"/people/{number}", 303)


def _come_in_emergency(visit: Visit) -> None:
    """Come on the basis of the emergency from now on."""
    access = (visit.who.purpose, "emergency", visit.who.scenario)
    signin.change_access(visit.state.store, visit.state.policy, visit.who, access)


def _may_break(visit: Visit) -> bool:
    """May this person open a record in an emergency?"""
    return visit.who.may(visit.state.policy, "glass")


def _glass(
    visit: Visit, number: int, status: int = 200, trouble: Trouble | None = None
) -> HTMLResponse:
    """Show the form of the emergency."""
    return visit.render(
        "glass.html", status, number=number, reasons=REASONS, trouble=trouble
    )
