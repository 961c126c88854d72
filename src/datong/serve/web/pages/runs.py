"""Runs: what a run would do, one at work, those that were."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.plan import plan
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Visit
from datong.serve.web.words import STATES

router = APIRouter()
page = Page("/runs", "region", Say("Runs", "运行"), 10, "runs", "n")


@router.get("/runs")
def runs(visit: Here) -> HTMLResponse:
    """List the runs; a running one tells how far it is."""
    visit.need("runs")
    return visit.render("runs.html", **_told(visit))


@router.get("/runs/now")
def now(visit: Here) -> HTMLResponse:
    """Answer how far it is; htmx asks again each second while it works."""
    visit.need("runs")
    return visit.render("runs_now.html", **_told(visit))


@router.get("/runs/plan")
def planned(visit: Here) -> HTMLResponse:
    """Say what a run would do; no row is read."""
    visit.need("runs")
    project = visit.state.desk.published.project
    try:
        told, trouble = plan(project.settings, project.releases), None
    except Trouble as caught:
        told, trouble = None, caught
    return visit.render("runs_plan.html", plan=told, trouble=trouble)


@router.post("/runs")
def start(visit: Here, fresh: Annotated[str, Form()] = "") -> RedirectResponse:
    """Start a run."""
    person = visit.need("runs")
    visit.state.note(person, "run", asked="fresh" if fresh else "run")
    visit.state.works.start(fresh=bool(fresh))
    return RedirectResponse("/runs", 303)


@router.post("/runs/stop")
def stop(visit: Here) -> RedirectResponse:
    """Stop the run; the last release stays as it is."""
    person = visit.need("runs")
    visit.state.note(person, "run", asked="stop")
    visit.state.works.stop()
    return RedirectResponse("/runs", 303)


def _told(visit: Visit) -> dict[str, Any]:
    """Collect what the page shows."""
    works = visit.state.works
    at_work, rows = works.now(), works.listed()
    for row in rows:
        if row["state"] == "running" and (at_work is None or row is not rows[0]):
            row["state"] = "stopped"
    return {"now": at_work, "rows": rows, "is_ours": works.is_ours, "states": STATES}
