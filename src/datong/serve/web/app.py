"""The application: one server for pages, programs and machines."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from datong import __version__
from datong.core.reason import Reason, Trouble
from datong.guard.reasons import (
    ABSENT,
    AUDIT_UNWRITABLE,
    LOCKED,
    NO_HAT,
    NOT_SIGNED_IN,
    REFUSED,
    UNVOUCHED,
    WRONG,
)
from datong.lake.reasons import NOTHING_PUBLISHED
from datong.serve.reasons import LAID_OUT
from datong.serve.web import menu
from datong.serve.web.anchoring import anchored
from datong.serve.web.pages import openid
from datong.serve.web.reasons import (
    FAILED,
    FORGED,
    NO_ASSETS,
    NO_PAGE,
    NOT_YOURS,
    SET_UP,
    TOO_MANY,
)
from datong.serve.web.security import HEADERS, Security
from datong.serve.web.state import Options, State, open_state
from datong.serve.web.visit import Visit, admit, look
from datong.store.reasons import NO_DECISION

ASSETS = Path(__file__).with_name("assets")
NEEDED = ("htmx.min.js", "echarts.min.js")
STATUS = {
    ABSENT.code: 404,
    REFUSED.code: 404,
    NO_PAGE.code: 404,
    NO_DECISION.code: 404,
    SET_UP.code: 404,
    NOT_YOURS.code: 403,
    FORGED.code: 403,
    NOT_SIGNED_IN.code: 401,
    WRONG.code: 401,
    UNVOUCHED.code: 401,
    NO_HAT.code: 403,
    LOCKED.code: 429,
    TOO_MANY.code: 429,
    AUDIT_UNWRITABLE.code: 503,
    LAID_OUT.code: 503,
    NOTHING_PUBLISHED.code: 409,
    FAILED.code: 500,
}
log = logging.getLogger("datong")


def make_app(options: Options) -> FastAPI:
    """Make the application of a project."""
    missing = [name for name in NEEDED if not (ASSETS / "vendor" / name).exists()]
    if missing:
        raise Trouble(NO_ASSETS, ASSETS / "vendor")
    state = open_state(options)
    state.pages = menu.listed()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        works = asyncio.create_task(anchored(state))
        warm = asyncio.create_task(run_in_threadpool(state.desk.published.warm))
        yield
        await warm
        works.cancel()
        with suppress(asyncio.CancelledError):
            await works
        state.audit.close()
        state.store.dispose()

    app = FastAPI(
        title="datong",
        version=__version__,
        lifespan=lifespan,
        dependencies=[Depends(admit)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.datong = state
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    for router in menu.routers():
        app.include_router(router)
    _handle(app)
    if state.openid:
        _keep_sign_ins(app, state)
    return app


def _handle(app: FastAPI) -> None:
    """Say how mistakes are answered, and what each answer carries."""
    app.add_exception_handler(Trouble, _troubled)
    app.add_exception_handler(HTTPException, _lost)
    app.add_exception_handler(RequestValidationError, _lost)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Security, metrics=app.state.datong.metrics)


def _keep_sign_ins(app: FastAPI, state: State) -> None:
    """Keep what belongs to a sign-in elsewhere while it lasts, in a signed cookie."""
    app.add_middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),
        session_cookie="datong-openid",
        max_age=600,
        path=openid.PATH,
        https_only=state.options.secure,
    )


def _answer(request: Request, reason: Reason, said: Trouble) -> Response:
    """Tell a person (a page) or a program (JSON) what is wrong and what next."""
    status = STATUS.get(reason.code, 400)
    if status == STATUS[ABSENT.code]:  # unreadable and absent answer the same
        reason, said = NO_PAGE, Trouble(NO_PAGE)
    visit: Visit = getattr(request.state, "visit", None) or look(request)
    if request.url.path.startswith("/api/"):
        body = {"code": reason.code, "message": said.in_(visit.language)}
        return JSONResponse(body, status)
    what = reason.what.with_(**said.details)
    why = reason.why.with_(**said.details)
    then = reason.next.with_(**said.details)
    template = (
        "trouble_part.html" if "hx-request" in request.headers else "trouble.html"
    )
    return visit.render(
        template, status, code=reason.code, what=what, why=why, then=then
    )


async def _troubled(request: Request, error: Exception) -> Response:
    """Answer a trouble."""
    assert isinstance(error, Trouble)  # noqa: S101 - registered for it
    is_page = not request.url.path.startswith("/api/")
    if error.reason.code == NOT_SIGNED_IN.code and is_page:
        return _to_sign_in(request)
    return _answer(request, error.reason, error)


def _to_sign_in(request: Request) -> Response:
    """Send somebody to the sign-in page, and back afterwards."""
    state: State = request.app.state.datong
    place = "/setup" if state.setup_token else f"/sign-in?back={request.url.path}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


async def _lost(request: Request, _: Exception) -> Response:
    """Answer an address that does not exist as one that is not yours."""
    if look(request).person is None and not request.url.path.startswith("/api/"):
        return _to_sign_in(request)
    return _answer(request, NO_PAGE, Trouble(NO_PAGE))


async def _failed(request: Request, error: Exception) -> Response:
    """Answer a mistake of ours; the log names its place, never its values."""
    number = getattr(request.state, "request", "")
    trace, places = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("%s %s at %s", number, type(error).__name__, " < ".join(places[-4:]))
    answer = _answer(request, FAILED, Trouble(FAILED, request=number))
    answer.headers.update(HEADERS)  # this handler stands outside the middleware
    return answer
