"""Where every request to the dashboard comes in: who is it, may they, and what went wrong."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from memwell.app.dashboard.safety import secured
from memwell.app.dashboard.sessions import COOKIE, Sessions, matches
from memwell.app.dashboard.visit import Visit, stranger_page
from memwell.app.server.problems import STATUS, Refused
from memwell.app.server.service import Service
from memwell.core.clock import Clock
from memwell.core.errors import Forbidden, MemwellError

log = logging.getLogger("memwell.dashboard")

Work = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
FIELDS, FILES = 200, 20  # of one form
FOREIGN = "this form did not come from a page of this dashboard; open the page again"


@dataclass(frozen=True)
class Desk:
    """Lets people in."""

    clock: Clock

    def sessions(self, request: Request) -> Sessions:
        return Sessions(service_of(request).memory.store, self.clock)

    def endpoint(self, work: Work) -> Endpoint:
        """Does the work for somebody who is logged in; in a thread, since it may block."""

        async def answer(request: Request) -> Response:
            return await guarded(request, lambda: self._answer(request, work))

        return answer

    async def _answer(self, request: Request, work: Work) -> Response:
        service, cookie = service_of(request), request.cookies.get(COOKIE, "")
        key = await service.pool.run(self.sessions(request).key, cookie)
        if key is None:
            return to_login(request)
        service.limits.take(key.id)
        request.state.key = key.id
        form = await form_of(request, cookie)
        try:
            visit = Visit(request, service, key, service.handles.of(key), cookie, form)
            return await service.pool.run(work, visit)
        finally:
            await form.close()  # files that were sent


def service_of(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


async def guarded(request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
    """The response, or a page that says why there is none."""
    try:
        return secured(await work())
    except Refused as refused:
        return _failed(request, refused.status, refused.detail, refused.headers)
    except MemwellError as error:
        return _failed(request, *_told(error))
    except HTTPException as error:
        return _failed(request, error.status_code, str(error.detail), error.headers)


async def form_of(request: Request, cookie: str) -> FormData:
    """The fields of a form; empty for a request that only reads.

    Raises Forbidden unless it carries the token of the session.
    """
    if request.method != "POST":
        return FormData()
    if not _own(request):
        raise Forbidden(FOREIGN)
    form = await request.form(max_files=FILES, max_fields=FIELDS)
    token = form.get("token")
    if not isinstance(token, str) or not matches(cookie, token):
        await form.close()
        raise Forbidden(FOREIGN)
    return form


def to_login(request: Request) -> Response:
    """To the login page, and from there back to where one wanted to go."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = f"?next={quote(path)}" if request.method == "GET" and path != "/" else ""
    return RedirectResponse(f"/login{wanted}", 303)


def _own(request: Request) -> bool:
    """Whether a browser says that the form came from here; others say nothing."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _told(error: MemwellError) -> tuple[int, str]:
    status = next(status for kind, (status, _) in STATUS.items() if isinstance(error, kind))
    if status >= 500:  # such words name files of this machine
        log.warning("%s: %s", type(error).__name__, error)
        return status, "The memory cannot do that now. What happened is in the server's log."
    return status, str(error)


def _failed(request: Request, status: int, why: str, headers: object = None) -> Response:
    kept = dict(headers) if isinstance(headers, dict) else {}
    return secured(stranger_page(request, "error.html", status, kept, code=status, why=why))
