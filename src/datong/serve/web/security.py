"""What every answer carries: headers that keep a browser from doing more than asked."""

import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders

from datong.serve.web.metrics import Metrics

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ASSETS = "/assets/"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Security:
    """Puts the headers on, and a number on each request; counts it."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        """Stand before an application."""
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request"] = secrets.token_hex(8)
        began = time.perf_counter()

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope)
                route = getattr(scope.get("route"), "path", "") or "other"
                label = (scope["method"], route, message["status"])
                self.metrics.count(label, time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, sent)


def _add(headers: MutableHeaders, scope: Scope) -> None:
    """Add the headers; what a page holds is kept in no cache."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("X-Request-Id", scope["state"]["request"])
    if not scope["path"].startswith(ASSETS):
        headers["Cache-Control"] = "no-store"
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
