"""Quality: what `datong check` found, as far as it has been asked."""

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from datong.core.say import Say
from datong.quality.advice import BY_BLAME, advice_for
from datong.quality.report.words import BLAMES, SEVERITIES
from datong.run.judge import VERDICTS
from datong.serve.web.page import Page
from datong.serve.web.visit import Here
from datong.serve.web.words import VERDICTS as SAID

router = APIRouter()
page = Page("/quality", "region", Say("Quality", "质量"), 18, key="q")
RESULT = "quality.json"  # what `datong check` kept
SCHEMA = "datong-quality/1"
MOST = 500
KEYS = 3  # rows of one check that are led to
FAILING = ("fail", "waived")
Word = Annotated[str, Query(max_length=40)]


@router.get("/quality")
def quality(visit: Here, verdict: Word = "fail", table: Word = "") -> HTMLResponse:
    """Show the checks by verdict; the keys of bad rows lead to their source lines."""
    project = visit.state.desk.published.project
    result = read_result(project.made, project.releases.current())
    checks = [
        one
        for one in result.get("checks", [])
        if (not verdict or one["verdict"] == verdict)
        and (not table or one["table"] == table)
    ]
    order = list(SEVERITIES)
    checks.sort(key=lambda one: (order.index(one["severity"]), -one["bad"]))
    return visit.render(
        "quality.html",
        result=result,
        checks=[_told(one) for one in checks[:MOST]],
        more=max(0, len(checks) - MOST),
        tables=sorted({one["table"] for one in result.get("checks", [])}),
        verdict=verdict,
        table=table,
        words={"verdicts": SAID, "severities": SEVERITIES, "blames": BLAMES},
    )


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """Add what is wrong, what to do next, where it fails, and the way to its rows."""
    fails = one["verdict"] in FAILING
    advice = advice_for(one["type"]) if fails else None
    table = "row" if one.get("layer") == "source" else one["table"]
    keys = [key for key in one["keys"] if key.isdecimal()][:KEYS]
    return {
        **one,
        "note": one.get("note", ""),
        "wrong": advice and advice.wrong,
        "next": advice and (advice.next or BY_BLAME.get(one["blame"])),
        "sites": list(one.get("fails_at", {}).get("site", {})),
        "rows": [(key, f"{table}:{key}") for key in keys],
    }


def read_result(made: Path, release: int) -> dict[str, Any]:
    """Read the verdict of a release, else the last one; empty where none was asked."""
    for place in (made / VERDICTS / f"{release}.json", made / RESULT):
        try:
            result: dict[str, Any] = json.loads(place.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if result.get("schema") == SCHEMA:
            return result
    return {}
