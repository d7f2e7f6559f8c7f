"""A dashboard, and whoever visits it."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from memwell.core.scope import Scope

PLACE = "http://testserver"


class Visitor:
    """A browser without JavaScript, logged in with a key."""

    def __init__(self, app: Any, key: str | None) -> None:
        self.client = TestClient(app, base_url=PLACE, follow_redirects=False)
        self.token = ""
        if key is not None:
            answer = self.login(key)
            assert answer.status_code == 303, answer.text
            self.token = form_token(self.get("/help").text)

    def login(self, key: str, wanted: str = "/") -> Response:
        token = form_token(self.client.get("/login").text)
        return self.client.post("/login", data={"token": token, "key": key, "next": wanted})

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, path: str, **fields: str) -> Response:
        return self.client.post(path, data={"token": self.token, **fields})

    def send(self, name: str, content: bytes, **fields: str) -> Response:
        files = {"file": (name, content)}
        return self.client.post("/import", data={"token": self.token, **fields}, files=files)


class Dashboard:
    """The app of a memory, with keys for whoever is wanted."""

    def __init__(self, memory: Memory, settings: Settings | None = None) -> None:
        self.memory = memory
        self.app = create_app(memory, settings or Settings(threads=2))

    def key(
        self,
        rights: Iterable[str] = ("read", "write", "delete"),
        *,
        user: str | None = None,
        tenant: str = "default",
        admin: bool = False,
        name: str = "a key",
        clearance: str = "secret",
    ) -> str:
        made = self.memory.keyring.create(
            name, Scope(tenant, user), rights, admin=admin, clearance=clearance
        )
        return made.token

    def visitor(self, *rights: str, **of: Any) -> Visitor:
        return Visitor(self.app, self.key(rights or ("read", "write", "delete"), **of))

    def stranger(self) -> Visitor:
        return Visitor(self.app, None)

    def close(self) -> None:
        self.app.state.service.close()


def form_token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert found, page[:500]
    return found[1]


class Tags(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def text_of(page: str) -> str:
    """The words of a page, spaces made single."""
    return " ".join(Tags(page).words.split())
