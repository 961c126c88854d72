"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce, by Authlib.

What belongs to one sign-in (state, nonce, verifier) lies in a signed cookie of its own
for ten minutes; a sign-in that another browser began is not ended in this one.
"""

import os
from functools import cache
from typing import Any, cast

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from fastapi import APIRouter
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from datong.core.reason import Trouble
from datong.guard import openid, signin
from datong.guard.audit.chain import Event
from datong.guard.openid import Claims, OpenId
from datong.guard.reasons import UNVOUCHED
from datong.serve.web.pages.sign_in import local, open_session
from datong.serve.web.reasons import NO_PAGE
from datong.serve.web.visit import Here, Visit

router = APIRouter()
PATH = "/sign-in/openid"
SECRET = "DATONG_OPENID_SECRET"  # noqa: S105 - the variable's name; none: PKCE alone
BACK = "back"
SECONDS = 10.0  # that the other server may take
FAULTS = (AuthlibBaseError, JoseError, httpx2.HTTPError, RuntimeError, ValueError)


@router.get(PATH)
async def leave(visit: Here, back: str = "/", *, again: bool = False) -> Response:
    """Send the browser to the provider; `again`: the password must be given there."""
    settings = _settings(visit)
    if visit.state.setup_token:  # the first account is made here
        return RedirectResponse("/setup", 303)
    more = {"prompt": "login"} if again else {}
    place = f"{settings.address}{PATH}/back"
    visit.request.session[BACK] = local(back)
    try:
        app = await _app(settings)
        answer = await app.authorize_redirect(visit.request, place, **more)
    except FAULTS as error:
        raise Trouble(UNVOUCHED, settings.issuer) from error
    return cast("Response", answer)


@router.get(f"{PATH}/back")
async def come_back(visit: Here) -> Response:
    """Take the provider's answer, check all of it, and open a session."""
    settings, request = _settings(visit), visit.request
    wanted = {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client},
    }
    try:
        app = await _app(settings)
        token = await app.authorize_access_token(request, claims_options=wanted)
        claims: Claims = token["userinfo"]
    except (*FAULTS, KeyError) as error:
        await run_in_threadpool(_note, visit, "", "refused")
        raise Trouble(UNVOUCHED, settings.issuer) from error
    answer = RedirectResponse(local(request.session.pop(BACK, "/")), 303)
    await run_in_threadpool(_enter, visit, claims, answer)
    return answer


def _enter(visit: Visit, claims: Claims, answer: Response) -> None:
    """Let somebody in, the audit first."""
    settings, state = _settings(visit), visit.state
    try:
        user = openid.admit(state.store, state.policy, settings, claims)
    except Trouble:
        _note(visit, str(claims["sub"]), "refused")
        raise
    _note(visit, str(claims["sub"]), "allowed")
    key = open_session(visit, answer, user)
    at = claims.get("auth_time")
    proved = float(at) if isinstance(at, int | float) else None
    signin.vouch(state.store, key, proved, second_factor=settings.has_second(claims))


def _note(visit: Visit, subject: str, outcome: str) -> None:
    """Write a sign-in into the audit, under the name that the provider uses."""
    visit.state.audit.commit(Event(subject[:80], "sign-in openid", outcome))


def _settings(visit: Visit) -> OpenId:
    """Return what openid.toml says; without it there is no such page."""
    if visit.state.openid is None:
        raise Trouble(NO_PAGE)
    return visit.state.openid


async def _app(settings: OpenId) -> StarletteOAuth2App:
    """Return Authlib's client; the provider must be who it should be."""
    app = _client(settings.issuer, settings.client)
    told: dict[str, Any] = await app.load_server_metadata()
    if told.get("issuer") != settings.issuer:
        app.server_metadata = {}
        raise ValueError("issuer")
    signs = told.get("id_token_signing_alg_values_supported", ["RS256"])
    allowed = [name for name in signs if name in openid.SIGNATURES]
    told["id_token_signing_alg_values_supported"] = allowed or ["RS256"]
    return app


@cache
def _client(issuer: str, client: str) -> StarletteOAuth2App:
    """Set Authlib up once for a provider; it keeps the keys, and gets new ones."""
    secret = os.environ.get(SECRET, "")
    method = "client_secret_basic" if secret else "none"
    made = OAuth().register(
        "provider",
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": method,
            "timeout": SECONDS,
        },
    )
    return cast("StarletteOAuth2App", made)
