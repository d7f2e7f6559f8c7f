"""Filling a memory for a benchmark: resumable, and timed with the embedding apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from memwell.core.clock import ManualClock
from memwell.core.message import Conversation
from memwell.core.model import Embedder, Embedding
from memwell.kernel.memory import Memory


@dataclass
class TimedEmbedder:
    """The same embedder, keeping count of the seconds it took and the texts it read."""

    inner: Embedder
    seconds: float = 0.0
    texts: int = 0
    fingerprint: str = field(init=False)
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.fingerprint, self.width = self.inner.fingerprint, self.inner.width

    def embed(self, texts: Sequence[str]) -> Embedding:
        start = perf_counter()
        embedding = self.inner.embed(texts)
        self.seconds += perf_counter() - start
        self.texts += len(texts)
        return embedding


@dataclass(frozen=True, slots=True)
class Ingested:
    """What went in, and how fast."""

    conversations: int
    turns: int
    embedded: int  # turns embedded by this run; what an earlier run stored is not embedded again
    seconds: float
    embed_seconds: float

    def as_json(self) -> dict[str, float]:
        own = self.seconds - self.embed_seconds
        return {
            "conversations": self.conversations,
            "turns": self.turns,
            "turns_embedded": self.embedded,
            "seconds": self.seconds,
            "embed_seconds": self.embed_seconds,
            "turns_per_second": _rate(self.embedded, self.seconds),
            "turns_per_second_without_embedding": _rate(self.embedded, own),
            "embedded_turns_per_second": _rate(self.embedded, self.embed_seconds),
        }


def ingest(
    memory: Memory,
    conversations: Iterable[Conversation],
    embedder: TimedEmbedder | None,
    advance: Callable[[], None],
    clock: ManualClock | None = None,
) -> Ingested:
    """Remember them all; those already stored are passed over, which is what resumes a run.

    With the memory's clock each is remembered when it took place, and not all of them today.
    """
    counted = _Counted(conversations)
    start, before = perf_counter(), _spent(embedder)
    for group in ([each] for each in counted) if clock else (counted,):
        for _ in memory.add_many(_in_time(group, clock)):
            advance()
    return Ingested(
        conversations=counted.conversations,
        turns=counted.turns,
        embedded=_spent(embedder)[0] - before[0],
        seconds=perf_counter() - start,
        embed_seconds=_spent(embedder)[1] - before[1],
    )


def _in_time(
    conversations: Iterable[Conversation], clock: ManualClock | None
) -> Iterator[Conversation]:
    for conversation in conversations:
        if clock:
            clock.at = conversation.at or clock.at
        yield conversation


@dataclass
class _Counted:
    """Counts what passes through."""

    source: Iterable[Conversation]
    conversations: int = 0
    turns: int = 0

    def __iter__(self) -> Iterator[Conversation]:
        for conversation in self.source:
            self.conversations += 1
            self.turns += len(conversation.messages)
            yield conversation


def _spent(embedder: TimedEmbedder | None) -> tuple[int, float]:
    return (embedder.texts, embedder.seconds) if embedder else (0, 0.0)


def _rate(count: int, seconds: float) -> float:
    return count / seconds if seconds > 0 else 0.0
