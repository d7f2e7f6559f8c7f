"""memwell, through its public API: single adds, add_many of conversations, search."""

from inspect import signature
from itertools import groupby
from pathlib import Path
from typing import Any

from memwell import Memory
from memwell.bench.ops.precomputed import Precomputed
from memwell.bench.ops.workload import CONVERSATION
from memwell.core.message import Conversation, Message
from memwell.plaintext.verbatim import Verbatim

LABELS = "where" in signature(Memory.search).parameters

# Dense search alone, on the same path: what can be compared with exact nearest neighbours.
DENSE = Verbatim(lexical=0.0, time=0.0, speaker=0.0, asking=0.0)

LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")  # of PRAGMA synchronous


class System:
    """One memory in a folder."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self._folder, self._options = folder, options

    def open(self, *, new: bool) -> None:
        self._embedder = Precomputed(384)
        strategy = "plaintext:verbatim" if self._options.get("strategy") == "default" else DENSE
        self._memory = Memory(self._folder, embedder=self._embedder, strategy=strategy)

    def prepare(self, texts: list[str], vectors: Any) -> None:
        self._embedder.know(texts, vectors)

    def add_many(self, block: dict[str, Any]) -> None:
        self._embedder.know(block["texts"], block["vectors"])
        turns = zip(block["rows"], block["texts"], block["topics"], strict=True)
        grouped = groupby(turns, key=lambda turn: turn[0] // CONVERSATION)
        said = [_conversation(number, list(group)) for number, group in grouped]
        for _ in self._memory.add_many(said):
            pass

    def add(self, one: dict[str, Any]) -> None:
        self._embedder.know(one["texts"], one["vectors"])
        row, text, topic = one["rows"][0], one["texts"][0], one["topics"][0]
        message = Message(text, ref=str(row))
        self._memory.add(message, session=f"s{row // CONVERSATION}", **_labelled(topic))

    def search(self, text: str, vector: Any, topic: str | None, k: int) -> list[int]:
        narrowed: dict[str, Any] = {"where": {"topic": topic}} if topic else {}
        hits = self._memory.search(text, k, **narrowed)
        return [int(hit.cube.labels["ref"]) for hit in hits]

    def refuses(self, kind: str) -> str | None:
        return "search has no where=" if kind == "filtered" and not LABELS else None

    def settings(self) -> dict[str, str]:
        connection = self._memory.store.connections.get()
        level = connection.execute("PRAGMA synchronous").fetchone()[0]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        return {"sync": f"SQLite {mode}, synchronous {LEVELS[level]}"}

    def close(self) -> None:
        self._memory.close()


def _conversation(number: int, turns: list[tuple[int, str, str]]) -> Conversation:
    messages = tuple(Message(text, ref=str(row)) for row, text, _ in turns)
    return Conversation(messages, session=f"s{number}", **_labelled(turns[0][2]))


def _labelled(topic: str) -> dict[str, Any]:
    return {"labels": {"topic": topic}} if LABELS else {}
