"""mem0: words kept as they are (infer=False), its default local Qdrant, embeddings over HTTP."""

import json
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

from mem0 import Memory

USER = "user"

LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")  # of PRAGMA synchronous


class System:
    """One memory in a folder; `url` is where the vectors are served."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder, self._url = folder, options["url"]

    def open(self, *, new: bool) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        endpoint = {"model": "precomputed", "api_key": "none", "openai_base_url": self._url}
        store = {
            "collection_name": "memories",
            "path": str(self._folder / "qdrant"),
            "embedding_model_dims": 384,
            "on_disk": True,
        }
        self._memory = Memory.from_config(
            {
                "vector_store": {"provider": "qdrant", "config": store},
                "embedder": {"provider": "openai", "config": endpoint},
                "llm": {"provider": "openai", "config": endpoint},
                "history_db_path": str(self._folder / "history.db"),
            }
        )

    def add_many(self, block: dict[str, Any]) -> None:
        """It has no batches with metadata of their own: one call for each run of equal ones."""
        for row, text, topic in zip(block["rows"], block["texts"], block["topics"], strict=True):
            self._memory.add(text, user_id=USER, infer=False, metadata={"topic": topic, "row": row})

    add = add_many

    def search(self, text: str, vector: Any, topic: str | None, k: int) -> list[int]:
        wanted = {"user_id": USER} | ({"topic": topic} if topic else {})
        found = self._memory.search(text, top_k=k, filters=wanted, threshold=0.0)
        return [hit["metadata"]["row"] for hit in found["results"]]

    def elsewhere(self) -> float:
        """Seconds the embedding stub has spent on requests so far."""
        with urllib.request.urlopen(f"{self._url}/seconds") as answer:  # noqa: S310 (loopback)
            return float(json.load(answer)["seconds"])

    def settings(self) -> dict[str, str]:
        with closing(sqlite3.connect(self._folder / "history.db")) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            level = connection.execute("PRAGMA synchronous").fetchone()[0]
        return {
            "sync": f"two SQLite files, {mode}, synchronous {LEVELS[level]} (the library's default)"
        }

    def close(self) -> None:
        self._memory.vector_store.client.close()
