"""The first start: whoever reads the server's terminal makes the administrator."""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from datong.core.reason import Trouble
from datong.guard import signin
from datong.guard.audit.chain import Event
from datong.guard.signin import NewUser
from datong.serve.web.pages.sign_in import open_session
from datong.serve.web.reasons import SET_UP
from datong.serve.web.visit import Here, Visit

router = APIRouter()


@router.get("/setup")
def show(visit: Here, token: str = "") -> HTMLResponse:
    """Show the wizard; without the token it asks for it."""
    _needed(visit)
    return _form(visit, token)


class First(BaseModel):
    """What the form holds."""

    token: str = ""
    name: str = ""
    shown: str = ""
    password: str = ""
    again: str = ""


@router.post("/setup")
def make(visit: Here, first: Annotated[First, Form()]) -> Response:
    """Make the first account, sign it in, and close the wizard for ever."""
    _needed(visit)
    wanted = visit.state.setup_token.encode()
    kept = {"name": first.name, "shown": first.shown}
    if not hmac.compare_digest(first.token.strip().encode(), wanted):
        return _form(visit, "", wrong="token", **kept)
    if first.password != first.again:
        return _form(visit, first.token, wrong="again", **kept)
    hats = [("steward", None, None), ("administrator", None, None)]
    name = first.name.strip()
    try:
        new = NewUser(name, first.shown.strip() or name, first.password, hats)
        user = signin.make_user(visit.state.store, new)
    except Trouble as trouble:
        return _form(visit, first.token, trouble=trouble, **kept)
    visit.state.setup_token = ""
    visit.state.audit.commit(Event(name, "set-up", "allowed"))
    answer = RedirectResponse("/", 303)
    open_session(visit, answer, user)
    return answer


def _needed(visit: Visit) -> None:
    """Insist that nobody has an account yet."""
    if not visit.state.setup_token or signin.has_users(visit.state.store):
        raise Trouble(SET_UP)


def _form(visit: Visit, token: str, **things: Any) -> HTMLResponse:
    """Show the form, with what is wrong."""
    empty: dict[str, Any] = {"wrong": "", "trouble": None, "name": "", "shown": ""}
    status = 400 if things else 200
    return visit.render("setup.html", status, token=token, **{**empty, **things})
