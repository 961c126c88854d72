"""The audit: who looked, and proof that nothing was changed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.audit import chain, reading
from datong.serve.web.page import Page
from datong.serve.web.visit import Here
from datong.serve.web.words import ACTS, PURPOSES

router = APIRouter()
page = Page("/audit", "governance", Say("Audit", "审计"), 80, "audit", "a")


Key = Annotated[int | None, Query(ge=0, le=2**53)]


@router.get("/audit")
def audit(visit: Here, person: Key = None, who: str = "") -> HTMLResponse:
    """Show events, of a person or a user; looking is itself an event."""
    auditor = visit.need("audit")
    persons = (person,) if person is not None else ()
    visit.state.note(auditor, "audit", asked=f"who={who}", persons=persons)
    root = visit.state.audit.folder.parent
    found = reading.looks(root, person, who or None, 200)
    shown = {"rows": found.to_pylist(), "asked_person": person, "asked_who": who}
    shown |= {"acts": ACTS, "purposes": PURPOSES}
    return visit.render("audit.html", **shown)


@router.get("/audit/verify")
def verify(visit: Here) -> HTMLResponse:
    """Read every chain from its start and say whether it is whole."""
    visit.need("audit")
    told: list[tuple[str, int, Trouble | None]] = []
    for folder in reading.chains(visit.state.audit.folder.parent):
        try:
            told.append((folder.name, chain.verify(folder).seq, None))
        except Trouble as trouble:
            told.append((folder.name, 0, trouble))
    return visit.render("audit_verified.html", told=told)
