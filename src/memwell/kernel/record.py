"""Raw events first: an event and its turns, word for word, become one batch."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from memwell.core import trust
from memwell.core.clock import aware
from memwell.core.cube import MemCube, Source
from memwell.core.interval import Interval
from memwell.core.message import Conversation, Event, Message
from memwell.core.model import Embedder, Embedding
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Noticed, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Batch, Put
from memwell.index.keys import keys
from memwell.kernel import spans
from memwell.kernel.intake import canonical

BY = "memwell:journal"


def digest(scope: Scope, at: datetime | None, messages: Sequence[Message]) -> str:
    """The same conversation in the same scope at the same time has the same digest."""
    parts = (*scope.named().items(), at and at.isoformat(), canonical(messages))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def event_of(conversation: Conversation, scope: Scope, id: str, now: datetime) -> Event:
    times = [message.at for message in conversation.messages if message.at]
    at = conversation.at or (times[0] if times else now)
    return Event(
        id,
        conversation.messages,
        scope,
        aware(at),
        now,
        {**conversation.labels, **trust.labels(conversation.trust)},
        conversation.until,
        conversation.sensitivity,
    )


def turns(event: Event) -> list[MemCube]:
    """One cube for every message with words, in order."""
    return [
        MemCube(
            id=event.turn_id(place),
            version=1,
            payload=Text(message.text),
            scope=event.scope,
            source=Source(BY, (event.id,), trust=trust.of_message(message, event.labels)),
            valid=Interval(aware(message.at or event.at)),
            known=Interval(event.recorded),
            labels={**event.labels, **_labels(message, place)},
            until=event.until,
            sensitivity=event.sensitivity,
        )
        for place, message in enumerate(event.messages)
        if message.text
    ]


def batch_of(
    event: Event, cubes: Sequence[MemCube], embedding: Embedding | None, *,
    fingerprint: str | None, status: Status, digest: str, lease: datetime | None,
    noticed: tuple[Noticed, ...] = (),
) -> Batch:  # fmt: skip
    """Everything one event writes: itself, its turns, what they are found by, and its receipt."""
    puts = tuple(Put(cube, keys(cube, embedding, place)) for place, cube in enumerate(cubes))
    entries = tuple(Applied("add", cube.id, 1, "said", cube.text) for cube in cubes)
    return Batch(
        id=event.id,
        at=event.recorded,
        event=event,
        digest=digest,
        puts=puts,
        entries=entries,
        by=BY,
        cause=event.id,
        receipt=Receipt(event.id, status, (event.id,), entries, noticed=noticed),
        fingerprint=fingerprint,
        lease=lease,
    )


def embedded(cubes: Sequence[MemCube], embedder: Embedder | None) -> Embedding | None:
    """The cubes' lines as vectors and token states."""
    if embedder is None or not cubes:
        return None
    with spans.span("embeddings", {"gen_ai.operation.name": "embeddings"}):
        return embedder.embed([cube.line for cube in cubes])


def part_of(embedding: Embedding | None, start: int, count: int) -> Embedding | None:
    """The embedding of `count` texts from `start` on."""
    if embedding is None:
        return None
    end = start + count
    tokens = embedding.tokens[start:end] if embedding.tokens else None
    return Embedding(embedding.vectors[start:end], tokens)


def _labels(message: Message, place: int) -> dict[str, str]:
    labels = {"role": message.role, "turn": str(place)}
    if message.name:
        labels["speaker"] = message.name
    if message.ref:
        labels["ref"] = message.ref
    return labels
