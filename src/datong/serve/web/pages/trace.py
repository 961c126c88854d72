"""Trace: any value back to its line, any line to what it gave."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.reasons import TRACE
from datong.serve.reading import traces
from datong.serve.reading.desk import Look
from datong.serve.web.page import Page
from datong.serve.web.visit import Here
from datong.serve.web.words import KINDS

router = APIRouter()
page = Page("/trace", "region", Say("Trace", "溯源"), 16, key="t")
What = Annotated[str, Query(max_length=80)]
File = Annotated[str, Query(max_length=300)]
Line = Annotated[str, Query(max_length=12)]


@router.get("/trace")
def trace(
    visit: Here, what: What = "", file: File = "", line: Line = ""
) -> HTMLResponse:
    """Trace `table:number`, or a line of a file."""
    things: dict[str, Any] = {"seen": [], "trouble": None}
    if what or file:
        try:
            with visit.look() as look:
                things["seen"] = _traced(look, what.strip(), file.strip(), line.strip())
        except Trouble as trouble:
            if trouble.reason is not TRACE:
                raise
            things["trouble"] = trouble
    asked = {"what": what, "file": file, "line": line}
    return visit.render(
        "trace.html", kinds=KINDS, shown=traces.shown, asked=asked, **things
    )


def _traced(look: Look, what: str, file: str, line: str) -> list[traces.Seen]:
    """Read what was asked."""
    if file:
        if not (line.isascii() and line.isdigit() and len(line) < 12):
            raise Trouble(TRACE, what=f"{file}:{line}")
        return traces.line(look, file, int(line))
    table, _, number = what.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Trouble(TRACE, what=what)
    if table == "row":
        return [traces.row(look, int(number))]
    name = table.removeprefix("records.").removeprefix("omop.")
    return traces.value(look, name, int(number))
