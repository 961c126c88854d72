"""Users and their hats; no password is known to anybody but its owner."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from starlette.responses import HTMLResponse, RedirectResponse, Response

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard import passwords, signin
from datong.guard.signin import NewUser
from datong.serve.web.page import Page
from datong.serve.web.reasons import MIXED, NO_PAGE
from datong.serve.web.visit import Here, Number, Visit
from datong.store.manifest import now
from datong.store.people import HAT, USER

router = APIRouter()
page = Page("/users", "governance", Say("Users", "用户"), 70, "users", "u")


class Given(BaseModel):
    """What the form for a user or a hat holds."""

    name: str = ""
    shown: str = ""
    role: str = ""
    site: str = ""
    department: str = ""
    person: str = Field("", pattern=r"^\d{0,15}$")  # of a patient or a guardian's child


@router.get("/users")
def users(visit: Here) -> HTMLResponse:
    """List the users."""
    visit.need("users")
    return _page(visit)


@router.post("/users")
def add(visit: Here, given: Annotated[Given, Form()]) -> HTMLResponse:
    """Make an account with a first password that is shown once."""
    person, name = visit.need("users"), given.name.strip()
    if given.role not in visit.state.policy.roles or not name:
        raise Trouble(NO_PAGE)
    password = secrets.token_urlsafe(12)
    hats = [(given.role, given.site.strip() or None, given.department.strip() or None)]
    whose = int(given.person) if given.person else None
    new = NewUser(name, given.shown.strip() or name, password, hats, whose)
    visit.state.note(
        person,
        "user",
        asked=f"add {new.name} {given.role}",
        persons=(whose,) if whose else (),
    )
    try:
        signin.make_user(visit.state.store, new)
    except IntegrityError:
        return _page(visit, taken=new.name)
    return _page(visit, made=(new.name, password))


@router.post("/users/{number}/{act}")
def change(visit: Here, number: Number, act: str) -> Response:
    """Disable, enable, or give a new first password."""
    person = visit.need("users")
    password = secrets.token_urlsafe(12)
    changes: dict[str, dict[str, Any]] = {
        "disable": {"disabled_at": now()},
        "enable": {"disabled_at": None},
        "password": {"failures": 0, "totp": None, "locked_until": None},
    }
    if act not in changes or number == person.id:
        raise Trouble(NO_PAGE)
    if act == "password":
        _own_password(visit, number)
        changes[act]["password"] = passwords.hashed(password)
    visit.state.note(person, "user", asked=f"{act} {number}")
    with visit.state.store.begin() as db:
        db.execute(update(USER).where(USER.c.id == number).values(**changes[act]))
        name = db.execute(select(USER.c.name).where(USER.c.id == number)).scalar()
    if act == "password":
        return _page(visit, made=(name, password))
    return RedirectResponse("/users", 303)


def _own_password(visit: Visit, number: int) -> None:
    """Insist that the account is of this server: another one's gets no password."""
    with visit.state.store.connect() as db:
        issuer = select(USER.c.issuer).where(USER.c.id == number)
        if db.execute(issuer).scalar():
            raise Trouble(NO_PAGE)


@router.post("/users/{number}/hats/add")
def add_hat(
    visit: Here, number: Number, given: Annotated[Given, Form()]
) -> RedirectResponse:
    """Give a user one more hat; nobody gives one to oneself."""
    person, policy = visit.need("users"), visit.state.policy
    if given.role not in policy.roles or number == person.id:
        raise Trouble(NO_PAGE)
    held = [row.role for row in signin.hats(visit.state.store, number)]
    if policy.mixes([*held, given.role]):
        raise Trouble(MIXED, role=given.role)
    visit.state.note(person, "user", asked=f"hat {number} {given.role}")
    line = {"user": number, "role": given.role, "site": given.site.strip() or None}
    department = given.department.strip() or None
    with visit.state.store.begin() as db:
        db.execute(HAT.insert().values(**line, department=department))
    return RedirectResponse("/users", 303)


def _page(visit: Visit, **things: Any) -> HTMLResponse:
    """Show the list, with what has just happened."""
    with visit.state.store.connect() as db:
        rows = db.execute(select(USER).order_by(USER.c.name).limit(1000)).all()
        hats = db.execute(select(HAT).order_by(HAT.c.id)).all()
    empty: dict[str, Any] = {"made": None, "taken": ""}
    return visit.render("users.html", rows=rows, hats=hats, **{**empty, **things})
