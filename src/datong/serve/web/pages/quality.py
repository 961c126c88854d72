"""Quality: what `datong check` found, as far as it has been asked."""

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from datong.core.say import Say
from datong.quality.report.words import BLAMES
from datong.serve.web.page import Page
from datong.serve.web.visit import Here
from datong.serve.web.words import VERDICTS

router = APIRouter()
page = Page("/quality", "region", Say("Quality", "质量"), 18, key="q")
RESULT = "quality.json"  # what `datong check` kept
SCHEMA = "datong-quality/1"
MOST = 500
SEVERITIES = {
    "error": Say("error", "错误"),
    "warning": Say("warning", "警告"),
    "note": Say("note", "提示"),
}
Word = Annotated[str, Query(max_length=40)]


@router.get("/quality")
def quality(visit: Here, verdict: Word = "fail", table: Word = "") -> HTMLResponse:
    """Show the checks by verdict; the keys of bad rows lead to their source lines."""
    result = read_result(visit.state.desk.published.project.made)
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
        checks=checks[:MOST],
        tables=sorted({one["table"] for one in result.get("checks", [])}),
        verdict=verdict,
        table=table,
        words={"verdicts": VERDICTS, "severities": SEVERITIES, "blames": BLAMES},
    )


def read_result(made: Path) -> dict[str, Any]:
    """Read the last result; empty where nothing was checked yet."""
    try:
        result: dict[str, Any] = json.loads((made / RESULT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return result if result.get("schema") == SCHEMA else {}
