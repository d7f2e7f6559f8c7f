"""Errors in the form that clients of OpenAI's protocol read."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from memwell.app.server import problems
from memwell.app.server.problems import Refused
from memwell.core.errors import MemwellError

KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


class UpstreamDown(Exception):
    """The model could not be asked, or broke off."""


def told(
    status: int, message: str, code: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An answer that is an error."""
    return JSONResponse(shape(status, message, code), status, headers=dict(headers or {}))


def shape(status: int, message: str, code: str | None = None) -> dict[str, Any]:
    """Its body; streams send it as an event."""
    kind = KINDS.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class OpenAIRoute(APIRoute):
    """A route whose errors have that form, whatever raised them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Overrides FastAPI's."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError as error:
                return told(400, _misfits(error))
            except Refused as error:
                return told(error.status, error.detail, headers=error.headers)
            except UpstreamDown as error:
                return told(502, str(error), "upstream_unavailable")
            except MemwellError as error:
                return _of_memwell(error)

        return handler


def _of_memwell(error: MemwellError) -> JSONResponse:
    """The same status and words as everywhere else on this server."""
    status, name = problems.meaning(error)
    return told(status, problems.words(error, status, name), name)


def _misfits(error: RequestValidationError) -> str:
    """Where and what, without the value."""
    faults = [f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors()]
    return "; ".join(faults[:5])[:2000]
