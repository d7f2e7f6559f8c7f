"""Importing a file: read once to count and to find what is unreadable, then remembered."""

import gzip
import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from memwell.app.imports.adopting import Adoption
from memwell.app.imports.detect import detect, read
from memwell.app.imports.records import Left, Memo, Tie
from memwell.bench.ingest import TimedEmbedder
from memwell.core.message import Conversation
from memwell.core.receipt import Receipt
from memwell.kernel.memory import Memory


@dataclass
class Survey:
    """What a file holds, and the places in it that cannot be read."""

    format: str
    conversations: int = 0
    turns: int = 0
    memories: int = 0
    links: int = 0
    left: Counter[str] = field(default_factory=Counter)  # what a memory has no place for
    faults: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Imported:
    """What went in, and how fast; it grows while the import runs."""

    conversations: int = 0
    turns: int = 0
    new_conversations: int = 0
    new_turns: int = 0
    memories: int = 0  # of another memory system
    new_memories: int = 0
    changed_memories: int = 0  # that had gone on there since the last import
    frozen: int = 0  # and were not changed, being frozen here
    new_links: int = 0
    loose_links: int = 0  # one end of which is not there
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
    found = Survey(name or detect(path))
    told = found.faults.append
    for each in read(path, lambda place, fault: told((place, fault)), found.format):
        match each:
            case Conversation(messages):
                found.conversations += 1
                found.turns += len(messages)
            case Memo():
                found.memories += 1
            case Tie():
                found.links += 1
            case Left(what, count):
                found.left[what] += count
    return found


def outcome(found: Survey, done: Imported, most: int | None = None) -> dict[str, Any]:
    """What came in and what did not, as JSON; with so many faults at most."""
    faults = [{"place": place, "fault": fault} for place, fault in found.faults[:most]]
    left_out = dict(found.left)
    return {
        "format": found.format, **done.as_json(), "left_out": left_out, "unreadable": faults,
    }  # fmt: skip


def conversations(path: Path, name: str | None) -> Iterator[Conversation]:
    """The same conversations again, without the complaints."""
    return (each for each in read(path, lambda *_: None, name) if isinstance(each, Conversation))


def adopt(
    memory: Memory, path: Path, found: Survey, done: Imported, advance: Callable[[int], None]
) -> None:
    """Takes in the memories of another system, whole or not at all; raises as `adopt` does."""
    started = perf_counter()
    kept = list(read(path, lambda *_: None, found.format))
    memos = [each for each in kept if isinstance(each, Memo)]
    scope, now = memory.scope, memory.view().now
    adoption = Adoption(found.format, scope, now, memory.store.history)
    records = list(adoption.records(memos, [each for each in kept if isinstance(each, Tie)]))
    manifest = memory.adopt(records, by=adoption.by, told=advance)
    done.memories = adoption.new + adoption.changed + adoption.unchanged + adoption.frozen
    done.new_memories, done.changed_memories = adoption.new, adoption.changed
    done.frozen, done.loose_links = adoption.frozen, adoption.missing
    done.new_links = manifest.links
    done.seconds += perf_counter() - started


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
