"""The region at a glance: where a person begins."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from datong.core.say import Say
from datong.serve.web.page import Page
from datong.serve.web.visit import Here
from datong.store import decisions
from datong.store.decisions import Filter

router = APIRouter()
page = Page("/", "region", Say("At a glance", "概览"), order=1, key="h")


@router.get("/")
def home(visit: Here) -> HTMLResponse:
    """Show what there is and what waits."""
    waiting = decisions.waiting(visit.state.store)
    mine = decisions.count(visit.state.store, Filter(asked=visit.who.name))
    return visit.render(
        "home.html", waiting=waiting, mine=mine, head=visit.state.audit.head
    )
