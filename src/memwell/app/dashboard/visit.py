"""One request to the dashboard: who asks, with which rights, and what the page needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from memwell.app.dashboard.notices import NOTICES
from memwell.app.dashboard.sessions import form_token
from memwell.app.dashboard.templates import drawn
from memwell.app.imports.moments import moment
from memwell.app.server.caller import Caller
from memwell.app.server.service import Service
from memwell.core.access import Right
from memwell.core.apikey import ApiKey
from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

THEME = "memwell_theme"
THEMES = ("auto", "light", "dark")
LONGEST = 200_000  # characters of one field


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is logged in."""

    request: Request
    service: Service
    key: ApiKey
    memory: Memory
    cookie: str
    form: FormData

    def may(self, right: str) -> bool:
        return self.memory.governance.may(Right(right))

    @property
    def admin(self) -> bool:
        return self.key.admin

    @property
    def operates(self) -> bool:
        """Whether the key looks after the whole memory, not after one tenant of it."""
        return Caller(self.key, self.service).operates

    def asked(self, name: str) -> str:
        """What the address says; empty where it says nothing."""
        return self.request.query_params.get(name, "")[:LONGEST].strip()

    def told(self, name: str) -> str:
        """A field of the form; empty where there is none."""
        value = self.form.get(name, "")
        return "" if isinstance(value, UploadFile) else value[:LONGEST].strip()

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the address, at least 1. Raises InvalidInput."""
        text = self.asked(name)
        if not text:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > 18 or not int(text):
            raise InvalidInput(f"{name!r} is a whole number from 1 to {most:,}")
        return min(int(text), most)

    def moment(self, name: str) -> datetime | None:
        """A moment of the address or the form. Raises InvalidInput."""
        return moment(self.asked(name) or self.told(name) or None)

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page, with what every page needs."""
        shared = {
            "visit": self,
            "token": form_token(self.cookie),
            "theme": theme(self.request),
            "notice": NOTICES.get(self.asked("done"), ""),
        }
        return HTMLResponse(drawn(template, **shared, **values), status)

    def go(self, path: str, done: str = "") -> Response:
        """On to another page, which says what was done."""
        return RedirectResponse(f"{path}?done={done}" if done else path, 303)


def theme(request: Request) -> str:
    """The one that was chosen; the system's by default."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else THEMES[0]


def stranger_page(
    request: Request, template: str, status: int, headers: Mapping[str, str], **values: Any
) -> Response:
    """A page for somebody who is not logged in, or of whom one does not know."""
    shared = {"visit": None, "token": "", "theme": theme(request), "notice": ""} | values
    return HTMLResponse(drawn(template, **shared), status, headers=dict(headers))
