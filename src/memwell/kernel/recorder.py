"""The main path of `add`: journal first, durable and searchable; then the strategy refines."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from memwell.core.clock import Clock
from memwell.core.job import Claim
from memwell.core.message import Conversation, Event
from memwell.core.receipt import Applied, Noticed, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Batch, Store
from memwell.core.strategy import Strategy
from memwell.kernel import record, screening
from memwell.kernel.privacy import Privacy
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
        privacy: Privacy,
    ) -> None:
        self._store, self._strategy, self._embedders = store, strategy, embedders
        self._queue, self._clock, self._ids, self._privacy = queue, clock, ids, privacy

    def record(self, conversation: Conversation, scope: Scope, *, wait: bool = False) -> Receipt:
        """A receipt, once the conversation is on disk. Raises InvalidInput."""
        return self._record([self._screened(conversation, scope)], wait=wait)[0]

    def record_new(self, conversations: Iterator[tuple[Conversation, Scope]]) -> Iterator[Receipt]:
        """The same for any number; a conversation that is already there is not stored again.

        Its receipt is the one it had, and says so.
        """
        while given := list(_group(conversations)):
            group = [self._screened(*each) for each in given]
            new: dict[str, Screened] = {}
            known = {each.digest: self._store.stored(each.digest) for each in group}
            for each in group:
                if known[each.digest] is None:
                    new.setdefault(each.digest, each)
            receipts = self._record(list(new.values())) if new else []
            made = dict(zip(new, receipts, strict=True))
            for each in group:
                digest = each.digest
                yield made.pop(digest) if digest in made else self._again(digest)

    def preview(self, conversation: Conversation, scope: Scope) -> Receipt:
        """What recording would add."""
        screened = self._screened(conversation, scope)
        event = self._event(screened)
        turns = record.turns(event)
        entries = tuple(Applied("add", cube.id, 1, "said", cube.text) for cube in turns)
        return Receipt(event.id, Status.PREVIEW, (), entries, noticed=screened.noticed)

    def _screened(self, conversation: Conversation, scope: Scope) -> "Screened":
        """Nothing has been kept, and no model asked, before the policy was."""
        kept, noticed = screening.conversation(self._privacy, conversation)
        return Screened(kept, scope, noticed, record.digest(scope, kept.at, kept.messages))

    def _record(self, conversations: Sequence["Screened"], *, wait: bool = False) -> list[Receipt]:
        batches = self._batches(conversations, wait=wait)
        self._store.commit(*batches)
        if self._strategy.refines:
            self._queue.submit([Claim(each.id, 1, each.at) for each in batches if each.lease])
            if wait:
                self._queue.wait()
        self._embedders.keep_up()
        if self._strategy.refines:
            return [self._receipt(batch.id) for batch in batches]
        return [batch.receipt for batch in batches if batch.receipt]

    def _batches(self, conversations: Sequence["Screened"], *, wait: bool) -> list[Batch]:
        """All turns of all conversations are embedded in one go."""
        events = [self._event(each) for each in conversations]
        cubes = [record.turns(event) for event in events]
        embedder = self._embedders.embedder
        embedding = record.embedded([cube for turns in cubes for cube in turns], embedder)
        lease = self._queue.lease(always=wait) if self._strategy.refines else None
        starts = accumulate((len(turns) for turns in cubes), initial=0)
        return [
            record.batch_of(
                event,
                turns,
                record.part_of(embedding, start, len(turns)),
                fingerprint=embedder.fingerprint if embedder else None,
                status=Status.STORED if self._strategy.refines else Status.REFINED,
                digest=each.digest,
                lease=lease,
                noticed=each.noticed,
            )
            for each, event, turns, start in zip(conversations, events, cubes, starts, strict=False)
        ]

    def _again(self, digest: str) -> Receipt:
        return self._receipt(self._store.stored(digest) or "").again()

    def _receipt(self, id: str) -> Receipt:
        """The kept receipt; one that was erased together with words leaves its status only."""
        return self._store.receipt(id) or Receipt(id, Status.REFINED, (id,))

    def _event(self, given: "Screened") -> Event:
        return record.event_of(given.conversation, given.scope, next(self._ids), self._clock.now())


class Screened(NamedTuple):
    """A conversation that the privacy policy has let in."""

    conversation: Conversation
    scope: Scope
    noticed: tuple[Noticed, ...]
    digest: str


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
