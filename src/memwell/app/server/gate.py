"""In front of the app: how large a body may be, and how deep its JSON."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import numpy as np

from memwell.app.server.problems import Refused, of_refusal
from memwell.app.server.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOADS = frozenset({"/v1/jobs/import", "/import"})  # the second one is a page
STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # an open one ends with the text


class Gate:
    """Counts what comes in while it comes in, and reads JSON only when it is of a sane form."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            upload = scope["path"] in UPLOADS
            most = self._settings.upload if upload else self._settings.body
            _check_length(scope, most)
            counted = _counted(receive, most)
            if not upload:
                counted = _replayed(await _whole(counted, self._settings.depth), receive)
        except Refused as refused:
            await of_refusal(refused)(scope, receive, send)
            return
        await self._app(scope, counted, send)


def _check_length(scope: Scope, most: int) -> None:
    """What the body says of its size. Raises Refused before any of it is read."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    if not told.isdigit() or len(told) > 19 or int(told) > most:
        raise _too_large(most)


def _counted(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _too_large(most)
        return message

    return counted


async def _whole(receive: Receive, depth: int) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    body = b"".join(parts)
    if nesting(body) > depth:
        raise Refused(400, f"JSON may be nested {depth} deep at most")
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def nesting(text: bytes) -> int:
    """How deep brackets are nested in it, those in strings left aside."""
    if text.count(b"[") + text.count(b"{") < 2:
        return text.count(b"[") + text.count(b"{")
    bare = np.frombuffer(STRING.sub(b"", text), np.uint8)
    opened = ((bare == ord("[")) | (bare == ord("{"))).astype(np.int32)
    closed = ((bare == ord("]")) | (bare == ord("}"))).astype(np.int32)
    return int((opened - closed).cumsum().max(initial=0))


def _too_large(most: int) -> Refused:
    return Refused(413, f"a request has {most:,} bytes at most", {"Connection": "close"})
