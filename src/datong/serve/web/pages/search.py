"""Search over the records that somebody may see."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from datong.core.say import Say
from datong.serve.reading import people
from datong.serve.web.page import Page
from datong.serve.web.visit import Here, Visit
from datong.serve.web.words import KINDS

router = APIRouter()
page = Page("/search", "region", Say("Records", "记录检索"), 5, key="s")


class Asked(BaseModel):
    """The search as it stands in the address."""

    words: str = Field("", max_length=100)
    kind: str = Field("", max_length=40)
    organization: str = Field("", max_length=40)
    since: str = Field("", max_length=10)
    until: str = Field("", max_length=10)
    person: str = Field("", max_length=20)
    offset: int = Field(0, ge=0, le=100_000)

    def wanted(self) -> people.Wanted:
        """Make a search of it."""
        return people.Wanted(
            self.words, self.kind, self.organization, self.since, self.until
        )


@router.get("/search")
def search(visit: Here, asked: Annotated[Asked, Query()]) -> Response:
    """Find records by word, kind, place and day; a person's number goes there."""
    if asked.person.isascii() and asked.person.isdigit():
        return RedirectResponse(f"/people/{asked.person}", 303)
    wanted = asked.wanted()
    found: dict[str, Any] = {"rows": [], "next": None}
    is_asked = bool(wanted.conditions())
    if is_asked:
        with visit.look() as look:
            found = people.search(look, wanted, asked.offset)
    template = "search_rows.html" if asked.offset else "search.html"
    return visit.render(
        template,
        asked=asked,
        kinds=KINDS,
        names=organizations(visit),
        is_asked=is_asked,
        **found,
    )


def organizations(visit: Visit) -> dict[str, str]:
    """Return the names of those who hand over data, by id."""
    settings = visit.state.desk.published.project.settings
    return {one.id: one.name or one.id for one in settings.organizations}
