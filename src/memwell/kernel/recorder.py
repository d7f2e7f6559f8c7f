"""The main path of `add`: journal first, durable and searchable; then the strategy refines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from memwell.core.clock import Clock
from memwell.core.job import Claim
from memwell.core.message import Conversation, Event
from memwell.core.receipt import Applied, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Batch, Store
from memwell.core.strategy import Strategy
from memwell.kernel import record
from memwell.kernel.queue import Queue
from memwell.kernel.reembed import Reembedder

GATHER = 256  # turns embedded together when many conversations are added


class Recorder:
    """Records conversations, and hands each event to the queue to be refined."""

    def __init__(
        self,
        store: Store,
        strategy: Strategy,
        embedders: Reembedder,
        queue: Queue,
        clock: Clock,
        ids: Iterator[str],
    ) -> None:
        self._store, self._strategy, self._embedders = store, strategy, embedders
        self._queue, self._clock, self._ids = queue, clock, ids

    def record(
        self, conversations: Sequence[tuple[Conversation, Scope]], *, wait: bool = False
    ) -> list[Receipt]:
        """A receipt for each conversation, once all of them are on disk."""
        lease = self._queue.lease(always=wait) if self._strategy.refines else None
        batches = self._batches(conversations, lease)
        self._store.commit(*batches)
        if self._strategy.refines:
            claimed = batches if lease else []
            self._queue.submit([Claim(batch.id, 1, batch.at) for batch in claimed])
            if wait:
                self._queue.wait()
        self._embedders.keep_up()
        if self._strategy.refines:
            return [self._receipt(batch.id) for batch in batches]
        return [batch.receipt for batch in batches if batch.receipt]

    def record_new(self, conversations: Iterator[tuple[Conversation, Scope]]) -> Iterator[Receipt]:
        """The same for any number; a conversation that is already there is not stored again."""
        while group := list(_group(conversations)):
            new: dict[str, tuple[Conversation, Scope]] = {}
            known = {digest: self._store.stored(digest) for digest in map(_digest, group)}
            for each in group:
                if known[_digest(each)] is None:
                    new.setdefault(_digest(each), each)
            receipts = self.record(list(new.values())) if new else []
            made = dict(zip(new, receipts, strict=True))
            for digest in map(_digest, group):
                yield made.get(digest) or self._receipt(known[digest] or "")

    def preview(self, conversation: Conversation, scope: Scope) -> Receipt:
        """What recording would add."""
        event = self._event(conversation, scope)
        turns = record.turns(event)
        entries = tuple(Applied("add", cube.id, 1, "said", cube.text) for cube in turns)
        return Receipt(event.id, Status.PREVIEW, (), entries)

    def _batches(
        self, conversations: Sequence[tuple[Conversation, Scope]], lease: datetime | None
    ) -> list[Batch]:
        """All turns of all conversations are embedded in one go."""
        events = [self._event(*each) for each in conversations]
        cubes = [record.turns(event) for event in events]
        embedder = self._embedders.embedder
        embedding = record.embedded([cube for turns in cubes for cube in turns], embedder)
        starts = accumulate((len(turns) for turns in cubes), initial=0)
        return [
            record.batch_of(
                event,
                turns,
                record.part_of(embedding, start, len(turns)),
                fingerprint=embedder.fingerprint if embedder else None,
                status=Status.STORED if self._strategy.refines else Status.REFINED,
                digest=_digest(each),
                lease=lease,
            )
            for each, event, turns, start in zip(conversations, events, cubes, starts, strict=False)
        ]

    def _receipt(self, id: str) -> Receipt:
        """The kept receipt; one that was erased together with words leaves its status only."""
        return self._store.receipt(id) or Receipt(id, Status.REFINED, (id,))

    def _event(self, conversation: Conversation, scope: Scope) -> Event:
        return record.event_of(conversation, scope, next(self._ids), self._clock.now())


def _digest(recorded: tuple[Conversation, Scope]) -> str:
    conversation, scope = recorded
    return record.digest(scope, conversation.at, conversation.messages)


def _group(
    conversations: Iterator[tuple[Conversation, Scope]],
) -> Iterator[tuple[Conversation, Scope]]:
    """As many conversations as make up a good batch for the embedder."""
    turns = 0
    for conversation, scope in conversations:
        yield conversation, scope
        turns += len(conversation.messages)
        if turns >= GATHER:
            return
