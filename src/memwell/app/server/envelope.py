"""Around every answer: its request's id, headers that protect, a line in the log, the meters."""

import logging
import re
import secrets
from time import perf_counter

from memwell.app.server.gate import App, Message, Receive, Scope, Send
from memwell.app.server.meters import Meters
from memwell.kernel import spans

GIVEN = re.compile(rb"[A-Za-z0-9._-]{1,64}")
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

log = logging.getLogger("memwell.server")


class Envelope:
    """The outermost layer."""

    def __init__(self, app: App, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id, started, status = _id(scope), perf_counter(), 500
        scope.setdefault("state", {})["request"] = id

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with(message["headers"], id)
            await send(message)

        try:
            with spans.span("http.server.request", {"http.request.method": _method(scope)}) as span:
                await self._app(scope, receive, sending)
                if span:
                    span.set_attribute("http.route", _route(scope))
                    span.set_attribute("http.response.status_code", status)
        finally:
            self._told(scope, id, status, perf_counter() - started)

    def _told(self, scope: Scope, id: str, status: int, seconds: float) -> None:
        method, route = _method(scope), _route(scope)
        self._meters.answered(method, route, status, seconds)
        fields = {
            "operation": "request", "request": id, "method": method, "route": route,
            "status": status, "ms": round(1000 * seconds, 2), "key": scope["state"].get("key", ""),
        }  # fmt: skip
        log.info(
            "%s %s %d in %.1f ms (%s)", method, route, status, 1000 * seconds, id, extra=fields
        )


def _id(scope: Scope) -> str:
    """The one the client gave, where it is a harmless one."""
    given = dict(scope["headers"]).get(b"x-request-id", b"")
    return given.decode() if GIVEN.fullmatch(given) else secrets.token_hex(8)


def _with(headers: list[tuple[bytes, bytes]], id: str) -> list[tuple[bytes, bytes]]:
    """Those that a route has set itself stay as they are."""
    there = {name.lower() for name, _ in headers}
    own = (*HEADERS, (b"x-request-id", id.encode()))
    return [*headers, *(each for each in own if each[0] not in there)]


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "OTHER"


def _route(scope: Scope) -> str:
    """The template of it; what a client wrote itself is neither counted nor logged."""
    return getattr(scope.get("route"), "path", "none")
