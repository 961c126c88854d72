"""Emergency accesses: who broke the glass, why, and whether that was right."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse

from datong.core.say import Say
from datong.guard import glass
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Number

router = APIRouter()
page = Page(
    "/emergencies",
    "governance",
    Say("Emergency accesses", "应急访问"),
    75,
    "glass_review",
    "e",
)


@router.get("/emergencies")
def listed(visit: Here) -> HTMLResponse:
    """List them; what nobody has judged stands first."""
    visit.need("glass_review")
    rows = glass.listed(visit.state.store)
    return visit.render("emergencies.html", rows=rows, reasons=glass.REASONS)


@router.post("/emergencies/{number}/{act}")
def judge(visit: Here, number: Number, act: str) -> RedirectResponse:
    """Judge one; the audit has it first."""
    person = visit.need("glass_review")
    visit.state.note(person, "glass-review", asked=f"{number} {act}"[:80])
    glass.judge(visit.state.store, person, number, act)
    return RedirectResponse("/emergencies", 303)
