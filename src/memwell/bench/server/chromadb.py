"""chromadb's server: every user has a collection. It is handed vectors and embeds nothing."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from memwell.bench.ops.vectors import WIDTH
from memwell.bench.server.host import Ask

BASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"


@dataclass
class Chromadb:
    """`chroma run`."""

    name: str = "chromadb"
    requires: tuple[str, ...] = ("chromadb==1.5.9", "numpy")
    _collections: dict[str, str] = field(default_factory=dict)

    def command(self, python: Path, folder: Path, port: int) -> list[str]:
        chroma = python.parent / "chroma"
        return [str(chroma), "run", "--path", str(folder), "--port", str(port)]

    def begin(self, client: httpx.Client, said: str, users: Iterable[str]) -> None:
        """Its server asks nobody who they are."""
        for user in users:
            made = client.post(BASE, json={"name": f"of-{user}", "get_or_create": True})
            self._collections[user] = made.raise_for_status().json()["id"]

    def add(self, user: str, words: str) -> Ask:
        body = {
            "ids": [f"{zlib.crc32(words.encode()):08x}-{len(words)}-{words[:40]}"],
            "embeddings": [_vector(words)],
            "documents": [words],
            "metadatas": [{"user": user}],
        }
        return Ask("POST", f"{BASE}/{self._collections[user]}/add", body)

    def search(self, user: str, words: str) -> Ask:
        body = {
            "query_embeddings": [_vector(words)],
            "n_results": 10,
            "include": ["documents", "metadatas", "distances"],
        }
        return Ask("POST", f"{BASE}/{self._collections[user]}/query", body)

    def owners(self, answer: Any) -> set[str]:
        return {found["user"] for found in answer["metadatas"][0]}

    def kept(self, client: httpx.Client, user: str) -> set[str]:
        body = {"include": ["documents"], "limit": 1_000_000}
        found = client.post(f"{BASE}/{self._collections[user]}/get", json=body).json()
        return set(found["documents"])


def _vector(words: str) -> list[float]:
    """Some vector of the usual width: whoever searches exactly or by a graph does the same work."""
    drawn = np.random.default_rng(zlib.crc32(words.encode())).standard_normal(WIDTH)
    return [round(value, 6) for value in (drawn / np.linalg.norm(drawn)).tolist()]
