"""Errors in the form that clients of OpenAI's protocol read."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

from memwell.app.server import problems
from memwell.app.server.problems import Refused
from memwell.app.server.shapes.told import Problem
from memwell.core.errors import MemwellError

KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


MEANINGS = {
    400: "the request cannot be used",
    401: "no valid key was shown",
    403: "the key may not do that",
    404: "there is no such model here",
    409: "it stands otherwise by now",
    413: "it is too large",
    429: "too much was asked for",
    502: "the model could not be asked, or broke off",
    503: "not now, or no model is behind this server",
}


class OpenAIError(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIProblem(BaseModel):
    """The body of an answer that is an error."""

    error: OpenAIError


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


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As OpenAI's protocol has it.",
        "content": {"application/json": {}, "text/event-stream": {}},
    },
    **{
        status: {
            "description": meaning,
            "content": {
                "application/json": {"schema": OpenAIProblem.model_json_schema()},
                "application/problem+json": {"schema": Problem.model_json_schema()},
            },
        }
        for status, meaning in MEANINGS.items()
    },
}


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
