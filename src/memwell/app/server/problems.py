"""Errors as problem+json (RFC 9457): a stable type, and what to do next."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from memwell.core import errors

log = logging.getLogger("memwell.server")

# The first class that an error is one of counts, so that the special stand before the general.
STATUS: Mapping[type[errors.MemwellError], tuple[int, str]] = {
    errors.UnknownName: (400, "unknown-name"),
    errors.InvalidInput: (400, "invalid-input"),
    errors.NotFound: (404, "not-found"),
    errors.IllegalTransition: (409, "illegal-transition"),
    errors.QuotaExceeded: (403, "quota-exceeded"),
    errors.Forbidden: (403, "forbidden"),
    errors.Conflict: (409, "conflict"),
    errors.DiskFull: (507, "disk-full"),
    errors.ReadOnly: (503, "read-only"),
    errors.Damaged: (500, "damaged"),
    errors.Locked: (503, "locked"),
    errors.StoreError: (503, "store-error"),
    errors.ModelUnavailable: (503, "model-unavailable"),
    errors.ModelError: (502, "model-error"),
    errors.MemwellError: (500, "error"),
}
NAMES = {
    401: "unauthenticated", 403: "forbidden", 404: "no-such-path", 405: "method-not-allowed",
    413: "too-large", 415: "wrong-type", 429: "too-many-requests", 503: "busy",
}  # fmt: skip


class Refused(Exception):
    """A request that is turned away before it reaches the memory."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def problem(
    status: int, name: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The body of an answer that is none."""
    body = {"type": f"urn:memwell:{name}", "title": name.replace("-", " "), "status": status}
    return JSONResponse(
        {**body, "detail": detail, **more},
        status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def of_error(error: errors.MemwellError) -> JSONResponse:
    """What memwell raised on purpose."""
    status, name = meaning(error)
    return problem(status, name, words(error, status, name))


def meaning(error: errors.MemwellError) -> tuple[int, str]:
    """Its status and name."""
    return next(told for kind, told in STATUS.items() if isinstance(error, kind))


def words(error: errors.MemwellError, status: int, name: str) -> str:
    """Its own words, which tell what to do, unless they are for the server's own people."""
    if status < 500:
        return str(error)
    log.warning("%s: %s", type(error).__name__, error)  # such words name files of this machine
    return f"the memory cannot do that now ({name.replace('-', ' ')})"


def of_refusal(refused: Refused) -> JSONResponse:
    name = NAMES.get(refused.status, "refused")
    return problem(refused.status, name, refused.detail, refused.headers)


def install(app: FastAPI) -> None:
    """Has every error of the app become a problem."""

    @app.exception_handler(errors.MemwellError)
    async def _memwell(_request: Request, error: errors.MemwellError) -> JSONResponse:
        return of_error(error)

    @app.exception_handler(Refused)
    async def _refused(_request: Request, error: Refused) -> JSONResponse:
        return of_refusal(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        name = NAMES.get(error.status_code, "http")
        return problem(error.status_code, name, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [_fault(each) for each in error.errors()]
        told = "; ".join(f"{each['at']}: {each['what']}" for each in faults[:5])
        return problem(422, "invalid-request", told, faults=faults)

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("%s in %r", type(error).__name__, request.url.path[:200], exc_info=error)
        return problem(500, "internal", "something went wrong that should not; it is in the log")


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """Where and what, without the value: it may be somebody's words."""
    return {"at": ".".join(map(str, error["loc"]))[:200], "what": str(error["msg"])[:500]}
