"""The region at a glance: where a person begins."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.reasons import REFUSED
from datong.lake.reasons import NOTHING_PUBLISHED
from datong.serve.reading import region
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Visit
from datong.serve.web.words import KINDS
from datong.store import decisions
from datong.store.decisions import Filter

router = APIRouter()
page = Page("/", "region", Say("At a glance", "概览"), order=1, key="h")
EMPTY = (NOTHING_PUBLISHED.code, REFUSED.code)
MOST_KINDS = 8  # series of the plot; the others are drawn together


@router.get("/")
def home(visit: Here) -> HTMLResponse:
    """Show what there is and what waits."""
    store = visit.state.store
    things: dict[str, Any] = {"glance": None, "charts": {}}
    try:
        with visit.look() as look:
            settings = visit.state.desk.published.project.settings
            glance = region.glance(look, settings)
        things = {"glance": glance, "charts": charts(visit, glance)}
    except Trouble as trouble:
        if trouble.reason.code not in EMPTY:
            raise
    return visit.render(
        "home.html",
        waiting=decisions.waiting(store),
        mine=decisions.count(store, Filter(asked=visit.who.name)),
        head=visit.state.audit.head,
        **things,
    )


def charts(visit: Visit, glance: Mapping[str, Any]) -> dict[str, str]:
    """Draw the three plots: by source, by month, by hospitals of a person."""
    names = [one["name"] or one["id"] for one in glance["sources"]][::-1]
    series = [
        ("records", Say("Standard records", "标准记录")),
        ("rows", Say("Source rows", "源数据行")),
    ]
    sources = {
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": names},
        "legend": {"bottom": 0},
        "grid": {"containLabel": True, "bottom": 36, "top": 8, "left": 8, "right": 16},
        "series": [
            {
                "type": "bar",
                "name": visit.say(say),
                "data": [one[key] for one in glance["sources"]][::-1],
            }
            for key, say in series
        ],
    }
    told = [one for one in glance["sites"] if one["persons"] is not None]
    sites = {
        "xAxis": {"type": "category", "data": [one["organization"] for one in told]},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [one["persons"] for one in told]}],
    }
    drawn = {"sources": sources, "months": _months(visit, glance["months"])}
    return {name: json.dumps(one) for name, one in (drawn | {"sites": sites}).items()}


def _months(visit: Visit, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw the records of each month, kinds on top of each other."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["rows"] is not None:
            counts[row["kind"]][row["month"]] = row["rows"]
    months = sorted({month for kind in counts.values() for month in kind})
    order = sorted(counts, key=lambda kind: -sum(counts[kind].values()))
    lines = {visit.say(KINDS[k]): counts[k] for k in order[:MOST_KINDS]}
    rest: dict[str, int] = defaultdict(int)
    for kind in order[MOST_KINDS:]:
        for month, count in counts[kind].items():
            rest[month] += count
    if rest:
        lines[visit.say(Say("Others", "其他"))] = rest
    return {
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value"},
        "legend": {"bottom": 0, "type": "scroll"},
        "grid": {"containLabel": True, "bottom": 44, "top": 8, "left": 8, "right": 16},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": name,
                "data": [line.get(month, 0) for month in months],
            }
            for name, line in lines.items()
        ],
    }
