"""memwell's server: every user has a tenant and a key of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from memwell.bench.server.host import Ask

RUN = "from memwell.app.cli import main; main()"
PAGE = 1_000


@dataclass
class Memwell:
    """With one of its embedders, which works inside the server."""

    embedder: str = "none"
    store: str | None = None  # another than a folder: postgresql://…
    requires: tuple[str, ...] = ()
    _headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        where = "" if self.store is None else f", {self.store.partition(':')[0]}"
        return f"memwell, {self.embedder}{where}"

    def command(self, python: Path, folder: Path, port: int) -> list[str]:
        where = self.store or str(folder)
        options = ["--memory", where, "--embedder", self.embedder, "--port", str(port)]
        return [str(python), "-c", RUN, "serve", "--rate", "0", *options]

    def begin(self, client: httpx.Client, said: str, users: Iterable[str]) -> None:
        """Another tenant for each user, so that a mistake would show."""
        admin = re.search(r"mw_[0-9a-f]+_[0-9a-f]+", said)
        assert admin, said
        headers = {"Authorization": f"Bearer {admin[0]}"}
        for user in users:
            body = {"name": user, "tenant": f"tenant-{user}", "user": user}
            made = client.post("/v1/keys", json=body, headers=headers).raise_for_status().json()
            self._headers[user] = {"Authorization": f"Bearer {made['key']}"}

    def add(self, user: str, words: str) -> Ask:
        return Ask("POST", "/v1/memories", {"messages": words}, self._headers[user])

    def search(self, user: str, words: str) -> Ask:
        return Ask("POST", "/v1/search", {"query": words, "k": 10}, self._headers[user])

    def owners(self, answer: Any) -> set[str]:
        return {hit["memory"]["user"] for hit in answer["hits"]}

    def kept(self, client: httpx.Client, user: str) -> set[str]:
        found: set[str] = set()
        skip: int | None = 0
        while skip is not None:
            page = client.get(
                "/v1/memories", params={"limit": PAGE, "skip": skip}, headers=self._headers[user]
            ).json()
            found |= {memory["text"] for memory in page["memories"]}
            skip = page["next"]
        return found
