"""What tests of the server share: clients with keys, and patience for jobs."""

import time
from typing import Any

from starlette.testclient import TestClient

from memwell import Memory
from memwell.app.server.create import create_app
from memwell.app.server.settings import Settings
from memwell.core.scope import Scope


class Served:
    """A memory behind its app, without a network."""

    def __init__(self, memory: Memory, settings: Settings) -> None:
        self.memory, self.app = memory, create_app(memory, settings)
        self.service = self.app.state.service
        self.client = TestClient(self.app, raise_server_exceptions=False)

    def key(self, *, tenant: str = "default", user: str | None = None, **more: Any) -> str:
        return self.memory.keyring.create("test", Scope(tenant, user), **more).token

    def client_of(self, **whose: Any) -> TestClient:
        """With a key of its own, on the same running app."""
        client = TestClient(
            self.app, raise_server_exceptions=False, headers=bearer(self.key(**whose))
        )
        client.portal = self.client.portal
        return client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def added(client: TestClient, words: str, **more: Any) -> str:
    """The id of the memory that the words became."""
    answer = client.post("/v1/memories", json={"messages": words, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["applied"][0]["id"])


def found(client: TestClient, query: str, **more: Any) -> list[str]:
    answer = client.post("/v1/search", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return [hit["memory"]["text"] for hit in answer.json()["hits"]]


def finished(client: TestClient, answer: Any) -> dict[str, Any]:
    """The job that this answer began, when it is over."""
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"]
    while (job := client.get(where).json())["status"] in ("waiting", "running"):
        time.sleep(0.05)
    return dict(job)
