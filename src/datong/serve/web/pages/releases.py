"""Releases: what was published when, and the way back."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse

from datong.core.say import Say
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Number

router = APIRouter()
page = Page("/releases", "region", Say("Releases", "版本"), 12, key="v")


@router.get("/releases")
def releases(visit: Here) -> HTMLResponse:
    """List the releases with the balance of their ledgers."""
    listed = visit.state.desk.published.project.releases.all()
    sums = {one.id: _sums(one.ledger) for one in listed}
    can = visit.who.may(visit.state.policy, "runs")
    return visit.render("releases.html", releases=listed, sums=sums, can=can)


@router.post("/releases/{number}/restore")
def restore(visit: Here, number: Number) -> RedirectResponse:
    """Make an earlier release the current one, after every file was read."""
    person = visit.need("runs")
    visit.state.note(person, "restore", asked=f"release {number}")
    visit.state.desk.published.project.releases.restore(number)
    return RedirectResponse("/releases", 303)


def _sums(ledger: list[dict[str, Any]]) -> dict[str, int]:
    """Sum what was landed."""
    landed = [entry for entry in ledger if str(entry["step"]).startswith("land:")]
    names = ("read", "kept", "rejected", "merged", "silent", "framing")
    return {name: sum(int(entry[name]) for entry in landed) for name in names}
