"""The protocol over streamable HTTP, behind the server's keys.

Every request shows its key and stands by itself: there are no sessions, so any process of several
may answer it, and nobody can take over what another began.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import mcp_types as types
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from memwell.app.mcp.server import Asking, serving
from memwell.app.mcp.toolbox import Toolbox
from memwell.app.server.caller import Caller, authenticate
from memwell.app.server.problems import Refused, of_refusal
from memwell.app.server.service import Service
from memwell.kernel.memory import Memory

R = TypeVar("R")
CALLER = "memwell.caller"


class McpEndpoint:
    """An ASGI app for one path; `living` has to be open while it serves."""

    def __init__(self, service: Service, toolbox: Toolbox) -> None:
        self._service, self._server = service, serving(_does, toolbox)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Serves while this is open."""
        self._manager = StreamableHTTPSessionManager(
            self._server,
            stateless=True,
            json_response=True,
            max_request_body_size=self._service.settings.body,
        )
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request that shows a valid key; refuses any other."""
        request = Request(scope)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        address = request.client.host if request.client else ""
        shown = token.strip() if scheme.lower() == "bearer" else ""
        try:
            caller = await authenticate(self._service, shown, address)
        except Refused as refused:
            await of_refusal(refused)(scope, receive, send)
            return
        request.state.key = caller.key.id
        scope[CALLER] = caller
        assert self._manager is not None
        await self._manager.handle_request(scope, receive, send)


def endpoints(service: Service) -> dict[str, McpEndpoint]:
    """By their paths: for any client, and for ChatGPT, which asks for tools of its own."""
    return {
        "/mcp": McpEndpoint(service, Toolbox()),
        "/mcp/all": McpEndpoint(service, Toolbox(everything=True)),
        "/mcp/chatgpt": McpEndpoint(service, Toolbox(for_chatgpt=True)),
    }


async def _does(asking: Asking, work: Callable[[Memory], R]) -> R:
    if asking.request is None:
        raise RuntimeError("a request without HTTP has no key")
    caller: Caller = asking.request.scope[CALLER]
    try:
        return await caller.does(work)
    except Refused as refused:
        raise MCPError(code=types.INTERNAL_ERROR, message=refused.detail) from refused
