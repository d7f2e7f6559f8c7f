"""chromadb: a persistent client with its default HNSW index, cosine."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings


class System:
    """One collection in a folder."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder = folder

    def open(self, *, new: bool) -> None:
        quiet = Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(path=str(self._folder), settings=quiet)
        if new:
            self._memories = self._client.create_collection(
                "memories", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        else:
            self._memories = self._client.get_collection("memories", embedding_function=None)

    def add_many(self, block: dict[str, Any]) -> None:
        self._memories.add(
            ids=[str(row) for row in block["rows"]],
            embeddings=block["vectors"],
            documents=block["texts"],
            metadatas=[{"topic": topic} for topic in block["topics"]],
        )

    add = add_many

    def search(self, text: str, vector: Any, topic: str | None, k: int) -> list[int]:
        found = self._memories.query(
            query_embeddings=vector[None],
            n_results=k,
            where={"topic": topic} if topic else None,
            include=["documents"],
        )
        return [int(id) for id in found["ids"][0]]

    def settings(self) -> dict[str, str]:
        with closing(sqlite3.connect(self._folder / "chroma.sqlite3")) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        return {"sync": f"SQLite {mode}, level not to be read; index written every 1,000 adds"}

    def close(self) -> None:
        pass
