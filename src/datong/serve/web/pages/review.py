"""The one review page: whatever a person decides, in one queue."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel
from sqlalchemy import Row
from starlette.responses import HTMLResponse, Response, StreamingResponse

from datong.core.decision import State as Stage
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.persons import Persons
from datong.run.project import Project
from datong.serve.reading import terms
from datong.serve.web.page import Page
from datong.serve.web.reasons import NO_PAGE
from datong.serve.web.visit import Here, Number, Visit
from datong.store import decisions
from datong.store.decisions import Filter, Verdict

router = APIRouter()
page = Page("/review", "region", Say("Review", "审核"), 20, "review", "r")
PAGE = 50
CSV = ("id", "room", "subject", "state", "score", "rows", "persons", "who", "why", "at")
MEANT = ("codes", "names")  # of a word
LINK = "link"  # the room whose cards show two records
ORDERS = ("rows", "weight", "score", "persons", "money", "at")
ROOMS: Mapping[str, Say] = {
    "mapping": Say("Mapping", "映射"),
    "terms": Say("Terms", "术语"),
    "link": Say("Who is who", "身份关联"),
    "standards": Say("Standards", "标准"),
    "guard": Say("Access", "访问权限"),
    "quality": Say("Quality", "质量"),
    "structure": Say("Text", "文本"),
}


class Asked(BaseModel):
    """The filter of the page, as it stands in the address."""

    state: str = "proposed"
    room: str = ""
    pattern: str = ""
    words: str = ""
    order: str = ""
    above: float = 0.0
    mine: str = ""

    @property
    def first(self) -> str:
        """Say what comes first where nobody asked: words by rows times doubt."""
        return "weight" if self.room == terms.ROOM else "rows"

    def filter(self, who: str) -> Filter:
        """Make the store's filter of it; a word that means nothing is passed over."""
        known = {stage.value: stage for stage in Stage}
        return Filter(
            state=known.get(self.state, Stage.PROPOSED),
            room=self.room,
            pattern=self.pattern,
            words=self.words,
            asked=who if self.mine else "",
            order=self.order if self.order in ORDERS else self.first,
            above=min(max(self.above, 0.0), 1.0),
        )


Wanted = Annotated[Asked, Query()]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.get("/review")
def queue(visit: Here, wanted: Wanted, offset: Offset = 0) -> HTMLResponse:
    """Show the queue; htmx asks for more of it."""
    visit.need("review")
    store, found = visit.state.store, wanted.filter(visit.who.name)
    rows = decisions.queue(store, found, PAGE, offset)
    things: dict[str, Any] = {
        "rows": rows,
        "total": decisions.count(store, found),
        "offset": offset + len(rows),
        "wanted": wanted,
        "rooms": ROOMS,
    }
    if offset:
        return visit.render("review_rows.html", **things)
    first = _card(visit, rows[0]) if rows else {"decision": None}
    return visit.render(
        "review.html",
        waiting=decisions.waiting(store),
        patterns=decisions.patterns(store, wanted.room or "mapping"),
        curves=terms.curves(_project(visit)) if wanted.room == terms.ROOM else [],
        **things,
        **first,
    )


@router.get("/review/export.csv")
def export(visit: Here, wanted: Wanted) -> Response:
    """Hand the list over as CSV."""
    person = visit.need("review")
    rows = decisions.queue(visit.state.store, wanted.filter(visit.who.name), 100_000)
    visit.state.note(person, "export", asked="decisions", count=len(rows))
    headers = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
    return StreamingResponse(_csv(rows), media_type="text/csv", headers=headers)


@router.get("/review/effect")
def effect(visit: Here, wanted: Wanted) -> HTMLResponse:
    """Show what accepting all that match would touch, before it is done."""
    visit.need("review")
    told = decisions.total(visit.state.store, wanted.filter(visit.who.name))
    return visit.render("review_effect.html", told=told, wanted=wanted)


@router.post("/review/all")
def accept_all(
    visit: Here, wanted: Wanted, expected: Annotated[int, Form()]
) -> HTMLResponse:
    """Accept all that match, if they are still as many as were shown."""
    person = visit.need("review")
    found = wanted.filter(visit.who.name)
    if decisions.count(visit.state.store, found) != expected:
        raise Trouble(NO_PAGE)
    why = f"all of: {found.pattern or found.words or found.room}"
    visit.state.note(person, "decide", asked="decisions", count=expected)
    taken = 0
    for room in decisions.rooms(visit.state.store, found):
        needs = visit.state.policy.persons_for(room)
        verdict = Verdict("accept", person.name, why, needs=needs)
        of_it = replace(found, room=room)
        taken += decisions.decide_all(visit.state.store, of_it, verdict)
    return _after(visit, wanted, ("all", taken))


@router.get("/review/{number}")
def card(visit: Here, number: Number) -> HTMLResponse:
    """Show one decision."""
    visit.need("review")
    row = decisions.get(visit.state.store, number)
    return visit.render("review_card.html", rooms=ROOMS, **_card(visit, row))


class Said(BaseModel):
    """What came with the button."""

    why: str = ""
    asked_of: str = ""
    candidate: int = -1
    ticked: list[int] = []  # several candidates of a term
    written: str = ""  # codes or names that no candidate has


@router.post("/review/{number}/{act}")
def decide(
    visit: Here, number: Number, act: str, wanted: Wanted, said: Annotated[Said, Form()]
) -> HTMLResponse:
    """Take a decision, after its line in the audit is durable."""
    person, store = visit.need("review"), visit.state.store
    row = decisions.get(store, number)
    visit.state.note(person, "decide", asked=f"{row.room} {number} {act}", count=1)
    if act == "undo":
        decisions.undo(store, number, person.name, said.why)
    elif act == "comment":
        decisions.comment(store, number, person.name, said.why)
        return visit.render("review_card.html", rooms=ROOMS, **_card(visit, row))
    else:
        needs = visit.state.policy.persons_for(row.room)
        verdict = replace(_verdict(visit, act, said, row), needs=needs)
        state = decisions.decide(store, number, verdict)
        if state is Stage.PROPOSED and act != "ask":
            act = "agree"  # it waits for a second person
    again = None
    if row.room == terms.ROOM and act in ("accept", "agree", "choose"):
        chosen: Any = decisions.get(store, number)
        again = terms.asked_again(_project(visit), chosen.proposal)
    return _after(visit, wanted, (act, number), again)


def _verdict(visit: Visit, act: str, said: Said, row: Any) -> Verdict:
    """Read what was said."""
    who = visit.who.name
    if act not in ("accept", "choose", "refuse", "ask"):
        raise Trouble(NO_PAGE)
    if act != "choose":
        return Verdict(act, who, said.why, asked=said.asked_of)
    if row.room == terms.ROOM and said.candidate < 0:
        chosen = terms.picked(_project(visit), row, said.ticked, said.written)
        return Verdict(act, who, said.why, chosen=chosen)
    if not 0 <= said.candidate < len(row.candidates):
        raise Trouble(NO_PAGE)
    return Verdict(act, who, said.why, chosen=row.candidates[said.candidate])


def _project(visit: Visit) -> Project:
    """Return the project that is served."""
    return visit.state.desk.published.project


def _after(
    visit: Visit, wanted: Asked, done: tuple[str, int], again: Say | None = None
) -> HTMLResponse:
    """Answer with the next card, a word on what was done, and a way back.

    `again` says why it will be asked again.
    """
    store = visit.state.store
    found = replace(wanted.filter(visit.who.name), unless=visit.who.name)
    rows = decisions.queue(store, found, 1)
    things = _card(visit, rows[0]) if rows else {"decision": None}
    return visit.render(
        "review_done.html",
        rooms=ROOMS,
        done=done,
        again=again,
        waiting=decisions.waiting(store),
        **things,
    )


def _card(visit: Visit, row: Row[tuple[object, ...]]) -> dict[str, Any]:
    """Collect what a card shows."""
    history = decisions.history(visit.state.store, row.id)
    is_word = row.room == terms.ROOM
    return {
        "decision": row,
        "needs": max(row.needs, visit.state.policy.persons_for(row.room)),
        "history": history,
        "choices": terms.choices(_project(visit), row) if is_word else None,
        **_identity(visit, row),
    }


def _identity(visit: Visit, row: Row[tuple[object, ...]]) -> dict[str, Any]:
    """Show the two records of a card on identity, and what would survive, masked.

    The audit has it first.
    """
    if row.room != LINK or "records" not in row.proposal:
        return {"beside": [], "golden": []}
    persons = tuple(int(key) for key in row.proposal["persons"])
    visit.state.note(visit.who, "read", asked="identity", persons=persons, count=2)
    one, other = row.proposal["records"]
    found = Persons(_project(visit))
    return {
        "beside": found.beside(int(one), int(other)),
        "golden": found.golden(*persons),
    }


def _csv(rows: list[Row[tuple[object, ...]]]) -> Iterator[str]:
    """Write rows as CSV; a cell that a spreadsheet would run is quoted."""
    for cells in ((*CSV, *MEANT), *map(_cells, rows)):
        line = io.StringIO()
        csv.writer(line).writerow([_inert(cell) for cell in cells])
        yield line.getvalue()


def _cells(row: Any) -> list[object]:
    """Lay out a decision; of a word, also what it means."""
    meant = [row.proposal.get(name) for name in MEANT] if row.room == terms.ROOM else []
    return [getattr(row, name) for name in CSV] + meant


def _inert(cell: object) -> object:
    """Keep a text from being taken for a formula."""
    is_formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_formula else cell
