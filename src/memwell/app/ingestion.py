"""Importing a file: read once to count and to find what is unreadable, then remembered."""

import gzip
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from memwell.app.imports.detect import read
from memwell.bench.ingest import TimedEmbedder
from memwell.core.message import Conversation
from memwell.core.receipt import Receipt
from memwell.kernel.memory import Memory


@dataclass
class Survey:
    """What a file holds, and the places in it that cannot be read."""

    conversations: int = 0
    turns: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Imported:
    """What went in, and how fast; it grows while the import runs."""

    conversations: int = 0
    turns: int = 0
    new_conversations: int = 0
    new_turns: int = 0
    seconds: float = 0.0
    embed_seconds: float = 0.0
    interrupted: bool = False

    def as_json(self) -> dict[str, Any]:
        own = self.seconds - self.embed_seconds
        return {
            **vars(self),
            "turns_per_second": _rate(self.new_turns, self.seconds),
            "turns_per_second_without_embedding": _rate(self.new_turns, own),
        }


def survey(path: Path, name: str | None) -> Survey:
    """Reads all of it, in the named format or the one it is found to have.

    Raises InvalidInput when nothing in the file can be read.
    """
    found = Survey()
    for conversation in read(path, lambda place, fault: found.faults.append((place, fault)), name):
        found.conversations += 1
        found.turns += len(conversation.messages)
    return found


def conversations(path: Path, name: str | None) -> Iterator[Conversation]:
    """The same conversations again, without the complaints."""
    return read(path, lambda *_: None, name)


def remember(
    memory: Memory,
    source: Iterable[Conversation],
    embedder: TimedEmbedder | None,
    advance: Callable[[int], None],
    *,
    singly: bool = False,
) -> Imported:
    """Keeps what is not there yet; an interruption ends it early and loses nothing kept so far.

    Conversations are embedded many together, which is fastest, or singly, for a steady bar.
    """
    done, lengths = Imported(), deque[int]()
    started = perf_counter()
    try:
        for receipt in _receipts(memory, _measured(source, lengths), singly):
            turns = lengths.popleft()
            new = not receipt.repeated
            done.conversations += 1
            done.turns += turns
            done.new_conversations += new
            done.new_turns += turns * new
            advance(turns)
        memory.wait()  # a strategy that asks a model may still be at it
    except KeyboardInterrupt:
        done.interrupted = True
    done.seconds = perf_counter() - started
    done.embed_seconds = embedder.seconds if embedder else 0.0
    return done


def is_export(path: Path) -> bool:
    """Whether the file is what `memwell export` writes."""
    if not path.is_file():
        return False
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            header = json.loads(file.readline(1000))
    except (OSError, EOFError, ValueError):
        return False
    return isinstance(header, dict) and str(header.get("format")).startswith("memwell/")


def _receipts(memory: Memory, source: Iterable[Conversation], singly: bool) -> Iterator[Receipt]:
    if not singly:
        return memory.add_many(source)
    return (receipt for each in source for receipt in memory.add_many([each]))


def _measured(source: Iterable[Conversation], lengths: deque[int]) -> Iterator[Conversation]:
    for conversation in source:
        lengths.append(len(conversation.messages))
        yield conversation


def _rate(count: int, seconds: float) -> float:
    return count / seconds if seconds > 0 else 0.0
