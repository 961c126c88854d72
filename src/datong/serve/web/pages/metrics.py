"""Counters for Prometheus, for whoever has the right `runs` (a token will do)."""

from contextlib import suppress

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from datong.core.reason import Trouble
from datong.serve.web.visit import Here
from datong.store import decisions

router = APIRouter()


@router.get("/metrics")
def metrics(visit: Here) -> PlainTextResponse:
    """Answer in Prometheus' text format."""
    state = visit.state
    if not visit.who.may(state.policy, "runs"):  # a token of any scope will do
        visit.need("runs")
    gauges = {
        "decisions_waiting": float(decisions.waiting(state.store).total),
        "audit_events": float(state.audit.head.seq),
    }
    with suppress(Trouble):  # no project here yet, or nothing published
        gauges["run_at_work"] = float(state.works.now() is not None)
        gauges["release"] = float(state.desk.published.project.releases.current())
    return PlainTextResponse(state.metrics.text(gauges), media_type="text/plain")
