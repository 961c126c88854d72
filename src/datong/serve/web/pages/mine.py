"""A patient's own page: the way to the own record, and who looked at it."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.audit import reading
from datong.serve.web.page import Page
from datong.serve.web.reasons import NO_PAGE
from datong.serve.web.visit import Here
from datong.serve.web.words import ACTS, PURPOSES

router = APIRouter()
page = Page("/mine", "patient", Say("Who looked", "谁看过我的档案"), 50, "own", "m")
MOST = 500


@router.get("/mine")
def mine(visit: Here) -> HTMLResponse:
    """Tell a patient who looked, for what, and when; looking is itself an event."""
    who = visit.need("own")
    if who.person_key is None:
        raise Trouble(NO_PAGE)
    visit.state.note(who, "audit", asked="own", persons=(who.person_key,))
    root = visit.state.audit.folder.parent
    found = reading.looks(root, who.person_key, None, MOST).to_pylist()
    rows = [row for row in found if row["who"] != who.name]
    return visit.render("mine.html", rows=rows, acts=ACTS, purposes=PURPOSES)
