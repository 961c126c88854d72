"""One's own account: hats, purpose, devices, second factor, tokens."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlalchemy import update
from starlette.responses import HTMLResponse, RedirectResponse, Response

from datong.core.reason import Trouble
from datong.guard import passwords, signin
from datong.guard.facts import ACTIONS
from datong.serve.web.pages.sign_in import local, open_session
from datong.serve.web.reasons import NO_PAGE
from datong.serve.web.visit import Here, Visit
from datong.store.people import USER

router = APIRouter()


@router.get("/account")
def account(visit: Here) -> HTMLResponse:
    """Show the account."""
    return _page(visit)


@router.post("/account/hat")
def hat(
    visit: Here, hat: Annotated[int, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Put another hat on: a new session with other rights."""
    mine = [row.id for row in signin.hats(visit.state.store, visit.who.id)]
    if hat not in mine:
        raise Trouble(NO_PAGE)
    answer = RedirectResponse(local(back), 303)
    signin.end_session(visit.state.store, visit.who.key)
    open_session(visit, answer, visit.who.id, hat)
    visit.state.note(visit.who, "hat", asked=str(hat))
    return answer


@router.post("/account/purpose")
def purpose(
    visit: Here, access: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Say what one comes for from now on."""
    parts = tuple(access.split("|"))
    if len(parts) != 3:
        raise Trouble(NO_PAGE)
    state = visit.state
    signin.change_access(state.store, state.policy, visit.who, parts)
    state.note(visit.who, "purpose", asked=access)
    return RedirectResponse(local(back), 303)


@router.post("/account/second-factor")
def second_factor(
    visit: Here, secret: Annotated[str, Form()], code: Annotated[str, Form()]
) -> Response:
    """Turn the second factor on, once a code of it was right."""
    step = passwords.step_of(secret, code)
    if not step:
        return _page(visit, wrong=True, secret=secret)
    change = update(USER).where(USER.c.id == visit.who.id)
    with visit.state.store.begin() as db:
        db.execute(change.values(totp=secret, totp_step=step))
    visit.state.note(visit.who, "second-factor")
    return RedirectResponse("/account", 303)


@router.post("/account/token")
def token(
    visit: Here,
    name: Annotated[str, Form()],
    days: Annotated[int, Form()] = 30,
    scopes: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """Make a token for a program; it is shown once."""
    narrowed = [scope for scope in scopes or ["read"] if scope in ACTIONS]
    store, days = visit.state.store, min(max(days, 1), 366)
    made = signin.make_token(store, visit.who, name[:80], narrowed, days)
    visit.state.note(visit.who, "token", asked=name[:80])
    return _page(visit, made=made)


def _page(visit: Visit, **things: Any) -> HTMLResponse:
    """Show the account, with what has just happened."""
    store, person = visit.state.store, visit.who
    listed = visit.state.policy.accesses
    empty: dict[str, Any] = {
        "wrong": False,
        "made": "",
        "secret": passwords.new_secret(),
    }
    return visit.render(
        "account.html",
        hats=signin.hats(store, person.id),
        sessions=signin.sessions(store, person.id),
        accesses=sorted(one[1:] for one in listed if one[0] == person.role),
        actions=ACTIONS,
        **{**empty, **things},
    )
