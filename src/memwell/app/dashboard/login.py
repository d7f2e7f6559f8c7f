"""Logging in with an API key, and out again; and the switch between light and dark."""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from memwell.app.dashboard.desk import Desk, Endpoint, form_of, guarded, service_of
from memwell.app.dashboard.notices import NOTICES
from memwell.app.dashboard.sessions import COOKIE, LASTS, form_token
from memwell.app.dashboard.visit import THEME, THEMES, Visit, stranger_page
from memwell.app.server.caller import authenticate
from memwell.app.server.problems import Refused

DOOR = "memwell_door"  # cookie of the login form itself
YEAR = 365 * 24 * 3600


async def shown(request: Request) -> Response:
    """The page with the form."""

    async def work() -> Response:
        return _form(request, 200, "")

    return await guarded(request, work)


def entering(desk: Desk) -> Endpoint:
    """Checks the key that was pasted; wrong ones are counted by the server's limits."""

    async def answer(request: Request) -> Response:
        return await guarded(request, lambda: _enter(desk, request))

    return answer


async def _enter(desk: Desk, request: Request) -> Response:
    form = await form_of(request, request.cookies.get(DOOR, ""))
    token, service = str(form.get("key", "")).strip(), service_of(request)
    address = request.client.host if request.client else ""
    try:
        caller = await authenticate(service, token[:200], address)
    except Refused as refused:
        why = refused.detail if refused.status != 401 else "That is no valid key."
        return _form(request, refused.status, why, refused.headers)
    cookie = await service.pool.run(desk.sessions(request).begin, caller.key)
    response = RedirectResponse(_inside(str(form.get("next", ""))), 303)
    _set(request, response, COOKIE, cookie, int(LASTS.total_seconds()))
    response.delete_cookie(DOOR)
    return response


def leaving(desk: Desk) -> Endpoint:
    """Ends the session, here and on the server."""

    def work(visit: Visit) -> Response:
        desk.sessions(visit.request).end(visit.cookie)
        response = RedirectResponse("/login?done=logged-out", 303)
        response.delete_cookie(COOKIE)
        return response

    return desk.endpoint(work)


def switching(visit: Visit) -> Response:
    """Keeps the choice between light, dark and what the system says."""
    chosen = visit.told("theme")
    response = RedirectResponse(_inside(visit.told("back")), 303)
    _set(visit.request, response, THEME, chosen if chosen in THEMES else THEMES[0], YEAR)
    return response


def _form(
    request: Request, status: int, why: str, headers: dict[str, str] | None = None
) -> Response:
    cookie = request.cookies.get(DOOR) or secrets.token_urlsafe(32)
    response = stranger_page(
        request, "login.html", status, headers or {}, token=form_token(cookie), why=why,
        next=_inside(request.query_params.get("next", "")),
        notice=NOTICES.get(request.query_params.get("done", ""), ""),
    )  # fmt: skip
    _set(request, response, DOOR, cookie, 3600)
    return response


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def _inside(path: str) -> str:
    """A path of this dashboard; its start for anything else."""
    outside = not path.startswith("/") or path[1:2] in ("/", "\\")
    return "/" if outside or not path.isprintable() or "\\" in path else path
