"""Reading by programs: the region, records, rejects, traces, tables."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from datong import __version__
from datong.serve.reading import people, quarantine, region, tables, traces
from datong.serve.web.api.answers import SAID, Answer
from datong.serve.web.visit import Here, Number

router = APIRouter(
    prefix="/api/v1", tags=["read"], responses=SAID, default_response_class=Answer
)
Offset = Annotated[int, Query(ge=0, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Word = Annotated[str, Path(max_length=80)]
Line = Annotated[int, Query(ge=0, le=10**12)]


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Answer:
    """Describe this interface."""
    routes = request.app.routes
    told = get_openapi(title="datong", version=__version__, routes=routes)
    told["paths"] = {p: how for p, how in told["paths"].items() if p.startswith("/api")}
    told["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"}
    }
    return Answer({**told, "security": [{"token": []}]})


@router.get("/me")
def me(visit: Here) -> Answer:
    """Who asks, with which hat on, for what, narrowed to what."""
    who = visit.who
    scopes = None if who.scopes is None else sorted(who.scopes)
    names = ("name", "shown", "role", "site", "purpose", "basis", "scenario")
    return Answer({**{n: getattr(who, n) for n in names}, "scopes": scopes})


@router.get("/region")
def glance(visit: Here) -> Answer:
    """The region at a glance: sources, freshness, ledger, rejects, linkage."""
    with visit.look() as look:
        settings = visit.state.desk.published.project.settings
        found = region.glance(look, settings)
    release = found.pop("release")
    stamp = {"release": release.id, "made_at": release.made_at}
    return Answer({**stamp, **found})


@router.get("/releases")
def releases(visit: Here) -> Answer:
    """The releases, the newest first."""
    listed = visit.state.desk.published.project.releases.all()
    names = ("id", "made_at", "note", "is_current", "is_removed")
    return Answer({"rows": [{n: getattr(one, n) for n in names} for one in listed]})


@router.get("/people/{number}")
def record(
    visit: Here,
    number: Number,
    kind: Annotated[str, Query(max_length=40)] = "",
    offset: Offset = 0,
) -> Answer:
    """A person's standard records, the newest first."""
    with visit.look() as look:
        found = people.record(look, number, kind, offset)
    return Answer(found)


class Searched(BaseModel):
    """What is searched for; all that is said must hold."""

    words: str = Field("", max_length=100)
    kind: str = Field("", max_length=40)
    organization: str = Field("", max_length=40)
    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)
    offset: int = Field(0, ge=0, le=100_000)
    limit: int = Field(50, ge=1, le=1000)


@router.get("/search")
def search(visit: Here, asked: Annotated[Searched, Query()]) -> Answer:
    """Records by word, kind, organization and day."""
    wanted = people.Wanted(
        asked.words, asked.kind, asked.organization, asked.since, asked.until
    )
    with visit.look() as look:
        found = people.search(look, wanted, asked.offset, asked.limit)
    return Answer(found)


@router.get("/rejects")
def rejects(visit: Here) -> Answer:
    """How much was refused, by code and organization."""
    with visit.look() as look:
        rows = quarantine.counts(look)
    return Answer({"rows": rows})


@router.get("/rejects/{code}")
def refused(visit: Here, code: Word, offset: Offset = 0) -> Answer:
    """Rejects of a code with their places."""
    with visit.look() as look:
        found = quarantine.listed(look, code, offset)
    return Answer(found)


@router.get("/trace/{table}/{number}")
def traced(visit: Here, table: Word, number: Number) -> Answer:
    """A record or a row of the view back to its source lines."""
    with visit.look() as look:
        found = traces.value(look, table, number)
    return Answer({"rows": [_told(one) for one in found]})


@router.get("/trace")
def traced_line(
    visit: Here, file: Annotated[str, Query(max_length=300)], line: Line
) -> Answer:
    """A line of a raw file forward to all that came of it."""
    with visit.look() as look:
        found = traces.line(look, file, line)
    return Answer({"rows": [_told(one) for one in found]})


@router.get("/tables")
def listed(visit: Here) -> Answer:
    """The tables that somebody may read, and their columns."""
    with visit.look() as look:
        found = tables.readable(look)
    return Answer({"tables": found})


@router.get("/tables/{name}")
def table(
    visit: Here,
    name: Word,
    person: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> Answer:
    """Rows of a table, each column as the gate lets it be seen."""
    with visit.look() as look:
        rows = tables.rows(look, name, person, (offset, limit))
    return Answer({"rows": rows})


def _told(seen: traces.Seen) -> dict[str, Any]:
    """Write what may be seen of a source row."""
    place = asdict(seen.trace.place)
    if seen.cells is None:
        place.pop("text")
    return {
        "place": place,
        "cells": seen.cells,
        "rules": seen.trace.rules,
        "records": seen.records,
        "rows": seen.rows,
        "rejects": seen.rejects,
    }
