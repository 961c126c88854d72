"""Signing in and out, the language, the health of the server."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import JSONResponse, RedirectResponse, Response

from datong.core.reason import Trouble
from datong.guard import signin
from datong.guard.audit.chain import Event
from datong.serve.web.rates import SIGN_IN
from datong.serve.web.reasons import TOO_MANY
from datong.serve.web.visit import Here, Visit, cookie_name
from datong.store.manifest import now

router = APIRouter()
YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def show(visit: Here, back: str = "/") -> Response:
    """Show the form."""
    if visit.state.setup_token:
        return RedirectResponse("/setup", 303)
    return visit.render("sign_in.html", back=local(back), trouble=None, name="")


@router.post("/sign-in")
def sign_in(
    visit: Here,
    name: Annotated[str, Form()],
    password: Annotated[str, Form()],
    code: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Check name and password and open a session."""
    client = visit.request.client
    wait = visit.state.rates.wait(f"sign-in {client.host if client else ''}", SIGN_IN)
    if wait:
        raise Trouble(TOO_MANY, seconds=int(wait) + 1)
    try:
        user = signin.check(visit.state.store, name, password, code)
    except Trouble as trouble:
        visit.state.audit.commit(Event(name[:80], "sign-in", "refused"))
        again = {"back": local(back), "trouble": trouble, "name": name}
        return visit.render("sign_in.html", 401, **again)
    visit.state.audit.commit(Event(name, "sign-in", "allowed"))
    answer = RedirectResponse(local(back), 303)
    open_session(visit, answer, user)
    return answer


@router.post("/sign-out")
def sign_out(visit: Here) -> Response:
    """End the session."""
    signin.end_session(visit.state.store, visit.who.key)
    visit.state.note(visit.who, "sign-out")
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie_name(visit.state), path="/", secure=True, httponly=True)
    return answer


@router.get("/language/{language}")
def language(language: str, back: str = "/") -> Response:
    """Change the language and go back."""
    answer = RedirectResponse(local(back), 303)
    chosen = "zh" if language == "zh" else "en"
    answer.set_cookie("language", chosen, max_age=YEAR, samesite="lax", httponly=True)
    return answer


@router.get("/health/live")
def live() -> Response:
    """Say that the server answers."""
    return JSONResponse({"live": True})


@router.get("/health/ready")
def ready(visit: Here) -> Response:
    """Say that store and audit can be used."""
    signin.has_users(visit.state.store)
    return JSONResponse({"ready": True, "at": now().isoformat()})


def open_session(
    visit: Visit, answer: Response, user: int, hat: int | None = None
) -> str:
    """Put a new session into the answer's cookie; return its id."""
    agent = visit.request.headers.get("user-agent", "")
    key = signin.open_session(visit.state.store, visit.state.policy, user, hat, agent)
    answer.set_cookie(
        cookie_name(visit.state),
        key,
        path="/",
        secure=visit.state.options.secure,
        httponly=True,
        samesite="lax",
        max_age=int(signin.LONGEST.total_seconds()),
    )
    return key


def local(back: str) -> str:
    """Return an address of this server, whatever was asked."""
    is_local = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_local and back.isprintable() else "/"
