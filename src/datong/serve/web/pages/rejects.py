"""The quarantine: what was refused, why, and a form to mend it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from datong.core.reason import Reason
from datong.core.say import Say
from datong.run.explain import all_reasons
from datong.serve.reading import quarantine
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Number, Visit
from datong.serve.web.words import SCOPES

router = APIRouter()
page = Page("/rejects", "region", Say("Rejects", "拒收"), 14, key="j")
Code = Annotated[str, Path(max_length=80)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/rejects")
def counts(visit: Here) -> HTMLResponse:
    """Count the rejects by code, each explained."""
    with visit.look() as look:
        rows = quarantine.counts(look)
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["kind"]] = sums.get(row["kind"], 0) + row["rows"]
    codes = sorted(sums, key=lambda code: -sums[code])
    return visit.render(
        "rejects.html", rows=rows, codes=codes, sums=sums, reasons=_reasons(codes)
    )


@router.get("/rejects/{code}")
def listed(visit: Here, code: Code, offset: Offset = 0) -> HTMLResponse:
    """List the rejects of a code, with file and line."""
    with visit.look() as look:
        found = quarantine.listed(look, code, offset)
    reason = _reasons([code]).get(code)
    return visit.render(
        "rejects_code.html", code=code, reason=reason, scopes=SCOPES, **found
    )


@router.get("/rejects/row/{number}")
def one(visit: Here, number: Number, done: bool = False) -> HTMLResponse:  # noqa: FBT001, FBT002 - a flag of the address
    """Show a refused row whole, as a form."""
    with visit.look() as look:
        found = quarantine.one(look, number)
    codes = [row["code"] for row in found["rejects"]]
    return visit.render(
        "rejects_row.html",
        reasons=_reasons(codes),
        scopes=SCOPES,
        done=done,
        can_run=visit.who.may(visit.state.policy, "runs"),
        **found,
    )


@router.post("/rejects/row/{number}")
async def mend(visit: Here, number: Number) -> RedirectResponse:
    """Keep the mended row; the next run reads it in place of the landed one."""
    form = await visit.request.form()
    cells = {k.removeprefix("cell:"): str(v) for k, v in form.items() if ":" in k}
    await run_in_threadpool(_mend, visit, number, cells)
    return RedirectResponse(f"/rejects/row/{number}?done=true", 303)


def _mend(visit: Visit, number: int, cells: dict[str, str]) -> None:
    """Write the mend down, its line in the audit first."""
    person = visit.need("runs")
    visit.state.note(person, "decide", asked=f"mend {number}", count=1)
    with visit.look() as look:
        quarantine.mend(look, number, cells)


def _reasons(codes: list[str]) -> dict[str, Reason]:
    """Explain codes; one that a mapping made up has no explanation here."""
    known = all_reasons()
    return {code: known[code] for code in codes if code in known}
