"""A streamed answer, passed on event by event and listened to on the way."""

import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from memwell.app.proxy.errors import shape
from memwell.app.proxy.exchange import Exchange
from memwell.app.proxy.upstream import object_of, passed, why

DATA = b"data:"
DONE = b"[DONE]"


class Passing(StreamingResponse):
    """Passes the model's events on, and remembers the answer when it has ended.

    It is remembered before the client reads the end of it. When the client hangs up or the model
    breaks off, what came until then is remembered as partial.
    """

    def __init__(self, response: httpx.Response, exchange: Exchange, model: str) -> None:
        self._response, self._exchange, self._model = response, exchange, model
        self._heard: list[str] = []
        self._first, self._whole, self._over = True, False, False
        headers = {**passed(response), **exchange.headers}
        super().__init__(self._events(), headers=headers, media_type="text/event-stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it. Whatever ends it, it is remembered and the model is let go."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._end()
                await self._response.aclose()

    async def _events(self) -> AsyncIterator[bytes]:
        try:
            async for line in _lines(self._response):
                yield await self._passed(line)
        except httpx.HTTPError as error:
            await self._end()
            broken = shape(502, f"the model broke off: {why(error)}", "upstream_unavailable")
            yield b"data: " + json.dumps(broken).encode() + b"\n\n"
        await self._end()

    async def _passed(self, line: bytes) -> bytes:
        if not line.startswith(DATA):
            return line
        data = line[len(DATA) :].strip()
        if data == DONE:
            self._whole = True
            await self._end()
            return line
        chunk = object_of(data)
        if chunk is None:
            return line
        self._listen(chunk)
        if not self._first:
            return line
        self._first = False
        return b"data: " + json.dumps({**chunk, "memwell": self._exchange.told}).encode() + b"\n"

    def _listen(self, chunk: dict[str, Any]) -> None:
        """To the first of the answers: which of several is taken is not told."""
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            if not isinstance(choice, dict) or choice.get("index", 0) != 0:
                continue
            delta = choice.get("delta")
            content = delta.get("content") if isinstance(delta, dict) else None
            if isinstance(content, str):
                self._heard.append(content)
            self._whole = self._whole or bool(choice.get("finish_reason"))

    async def _end(self) -> None:
        if self._over:
            return
        self._over = True
        partial = not self._whole
        await self._exchange.remember("".join(self._heard), self._model, partial=partial)


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """Lines with their ends; only a line feed ends one, whatever else the words hold."""
    rest = b""
    async for piece in response.aiter_bytes():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest
