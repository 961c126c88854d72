"""A visit: who asks for a page, in which language, with which rights.

Every route passes `admit` first: what is not named public needs somebody signed in,
and what changes something needs the token of the form.
"""

import hmac
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Path, Request
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from datong.core.reason import Trouble
from datong.core.say import Language, Say
from datong.guard import glass, signin
from datong.guard.access import Access
from datong.guard.signin import Person
from datong.serve.reading.desk import Look
from datong.serve.web import rendering
from datong.serve.web.page import Page, Section, sections
from datong.serve.web.rates import PAGES
from datong.serve.web.reasons import FORGED, NOT_YOURS, TOO_MANY
from datong.serve.web.state import State

COOKIE = "__Host-datong"
PUBLIC = ("/sign-in", "/setup", "/language/", "/assets/", "/health/")
PROGRAMS = ("/api/", "/metrics")  # where a token counts
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(slots=True)
class Visit:
    """One request, as pages see it."""

    request: Request
    state: State
    person: Person | None
    language: Language
    csrf: str

    @property
    def who(self) -> Person:
        """The person signed in; public pages have none."""
        return signin.need(self.person)

    @property
    def access(self) -> Access:
        """The access of the request."""
        return self.who.access(self.state.policy, self.number)

    @property
    def number(self) -> str:
        """The number of the request, for logs and audit."""
        return cast("str", self.request.state.request)

    def look(self) -> AbstractContextManager[Look]:
        """Look at the release; the audit has it before the `with` ends."""
        return self.state.desk.look(self.who, self.number)

    def need(self, right: str) -> Person:
        """Insist on a right; raises `SERVE-NOT-YOURS`."""
        scopes = self.who.scopes
        is_narrow = scopes is not None and "decide" not in scopes
        if is_narrow or not self.who.may(self.state.policy, right):
            raise Trouble(NOT_YOURS, self.request.url.path, right=right)
        return self.who

    def other_hats(self) -> list[Row[tuple[object, ...]]]:
        """List the hats that the person could put on instead."""
        mine = (self.who.role, self.who.site, self.who.department)
        hats = signin.hats(self.state.store, self.who.id)
        return [hat for hat in hats if (hat.role, hat.site, hat.department) != mine]

    def sections(self) -> list[Section]:
        """Give the menu."""
        return sections(self.state.pages, self.person, self.state.policy)

    def waits(self, page: Page) -> int:
        """Count what waits for the person on a page of the menu."""
        return glass.waiting(self.state.store) if page.right == "glass_review" else 0

    @property
    def coming(self) -> int | None:
        """The release that follows the one that is shown, while it is laid out."""
        published = self.state.desk.published
        return published.coming if published.is_open else None

    def say(self, say: Say) -> str:
        """Say something in the visitor's language."""
        return say.in_(self.language)

    def render(
        self, template: str, status: int = 200, **things: object
    ) -> HTMLResponse:
        """Answer with a page (or the part of one that htmx asked for)."""
        text = rendering.render(template, {**self._always(), **things})
        return HTMLResponse(text, status)

    def _always(self) -> Mapping[str, object]:
        """Give what every template uses."""
        return {
            "visit": self,
            "language": self.language,
            "person": self.person,
            "policy": self.state.policy,
            "theme": self.request.cookies.get("theme", ""),
            "path": self.request.url.path,
        }


def look(request: Request) -> Visit:
    """Find out who asks, in which language; nobody is refused here."""
    state: State = request.app.state.datong
    key = request.cookies.get(cookie_name(state), "")
    person = _person(request, state, key)
    csrf = signin.csrf(key) if key else ""
    visit = Visit(request, state, person, _language(request, person), csrf)
    request.state.visit = visit
    return visit


async def admit(request: Request) -> None:
    """Let a request in, or raise why not."""
    state: State = request.app.state.datong
    visit = await run_in_threadpool(look, request)
    host = request.client.host if request.client else ""
    caller = visit.person.key if visit.person else host  # a hospital has one address
    wait = state.rates.wait(caller, PAGES)
    if wait:
        raise Trouble(TOO_MANY, seconds=int(wait) + 1)
    if not request.url.path.startswith(PUBLIC):
        signin.need(visit.person)
    if request.method not in SAFE and not _bearer(request):
        await _own_form(request, visit)


def visit(request: Request) -> Visit:
    """Give a page its visit."""
    return cast("Visit", request.state.visit)


Here = Annotated[Visit, Depends(visit)]
Number = Annotated[int, Path(ge=0, le=2**53)]  # the number of a thing, in an address


def cookie_name(state: State) -> str:
    """Name the cookie; the prefix needs a secure connection or loopback."""
    return COOKIE if state.options.secure else "datong"


def _bearer(request: Request) -> str:
    """Return the token of a program, which no browser sends by itself."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _person(request: Request, state: State, key: str) -> Person | None:
    """Find out who it is."""
    token = _bearer(request)
    if token:
        if not request.url.path.startswith(PROGRAMS):
            return None
        return signin.who_by_token(state.store, token)
    return signin.who(state.store, key) if key else None


def _language(request: Request, person: Person | None) -> Language:
    """Choose the language: what was chosen, what the account says, what is accepted."""
    stated = request.cookies.get("language") or (person.language if person else "")
    stated = stated or request.headers.get("accept-language", "en")
    return "zh" if stated.lower().startswith("zh") else "en"


async def _own_form(request: Request, visit: Visit) -> None:
    """Refuse a form that does not come from a page of this session."""
    if request.headers.get("sec-fetch-site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        raise Trouble(FORGED)
    if visit.person is None:
        return
    written = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not hmac.compare_digest(str(written or "").encode(), visit.csrf.encode()):
        raise Trouble(FORGED)
