"""Runs by programs: a plan can start one and hear how far it is."""

from fastapi import APIRouter

from datong.serve.web.api.answers import SAID, Answer
from datong.serve.web.visit import Here

router = APIRouter(
    prefix="/api/v1/runs", tags=["runs"], responses=SAID, default_response_class=Answer
)


@router.get("")
def listed(visit: Here) -> Answer:
    """The runs, the newest first, and how far the one at work is."""
    visit.need("runs")
    works = visit.state.works
    return Answer({"now": works.now(), "rows": works.listed()})


@router.post("", status_code=202)
def start(visit: Here) -> Answer:
    """Start a run, unless one is at work; it goes on after the answer."""
    person = visit.need("runs")
    visit.state.note(person, "run", asked="run")
    visit.state.works.start()
    return Answer({"now": visit.state.works.now()}, 202)
