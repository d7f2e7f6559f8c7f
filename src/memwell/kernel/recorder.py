"""The main path of `add`: journal first, durable and searchable; then the strategy refines."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from memwell.core.clock import Clock
from memwell.core.errors import Conflict, StoreError
from memwell.core.message import Conversation, Event
from memwell.core.receipt import Applied, Noticed, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Batch, Store
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel import record, screening
from memwell.kernel.privacy import Privacy
from memwell.kernel.proposal import counted
from memwell.kernel.queue import Queue
from memwell.kernel.reembed import Reembedder
from memwell.kernel.writer import ATTEMPTS, Writer

log = logging.getLogger(__name__)

GATHER = 256  # turns embedded together when many conversations are added


class Recorder:
    """Records conversations, and has each event refined."""

    def __init__(
        self,
        store: Store,
        strategy: Strategy,
        embedders: Reembedder,
        writer: Writer,
        queue: Queue,
        clock: Clock,
        ids: Iterator[str],
        view: Callable[[Scope], View],
        privacy: Privacy,
    ) -> None:
        self._store, self._strategy, self._embedders = store, strategy, embedders
        self._writer, self._queue, self._clock, self._ids = writer, queue, clock, ids
        self._view, self._privacy = view, privacy

    def record(self, conversation: Conversation, scope: Scope) -> Receipt:
        """A receipt, once the conversation is on disk. Raises InvalidInput."""
        return self._record([self._screened(conversation, scope)])[0]

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

    def resume(self) -> None:
        """Events whose refinement was interrupted are refined now."""
        if self._strategy.refines and not self._store.read_only:
            for event in self._store.events(self._store.unrefined()):
                self._queue.submit(partial(self._refine, event))

    def _screened(self, conversation: Conversation, scope: Scope) -> "Screened":
        """Nothing has been kept, and no model asked, before the policy was."""
        kept, noticed = screening.conversation(self._privacy, conversation)
        return Screened(kept, scope, noticed, record.digest(scope, kept.at, kept.messages))

    def _record(self, conversations: Sequence["Screened"]) -> list[Receipt]:
        batches = self._batches(conversations)
        self._store.commit(*batches)
        for batch in batches:
            if self._strategy.refines and batch.event:
                self._queue.submit(partial(self._refine, batch.event))
        self._embedders.keep_up()
        if self._strategy.refines:
            return [self._receipt(batch.id) for batch in batches]
        return [batch.receipt for batch in batches if batch.receipt]

    def _batches(self, conversations: Sequence["Screened"]) -> list[Batch]:
        """All turns of all conversations are embedded in one go."""
        events = [self._event(each) for each in conversations]
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
                digest=each.digest,
                noticed=each.noticed,
            )
            for each, event, turns, start in zip(conversations, events, cubes, starts, strict=False)
        ]

    def _refine(self, event: Event) -> None:
        """Failure is written to the receipt; the words are safe either way."""
        try:
            done = self._refined(event.id)
        except StoreError as error:
            log.warning("refining event %s is done again on opening: %s", event.id, error)
            return
        except Exception as error:  # whatever a strategy does wrong, the caller's words are kept
            log.warning("refining event %s failed", event.id, exc_info=error)
            done = Receipt(event.id, Status.FAILED, error=f"{type(error).__name__}: {error}")
        try:
            if done:
                self._store.save_receipt(self._receipt(event.id).extended(done))
        except StoreError as error:  # the receipt says "stored" still, and so it is tried again
            log.warning("refining event %s is done again on opening: %s", event.id, error)

    def _refined(self, id: str, attempts: int = ATTEMPTS) -> Receipt | None:
        """What the strategy made of the event; None when it was forgotten.

        When something is forgotten while it works, it may have read that, and begins anew.
        """
        erasures = self._store.erasures()
        for event in self._store.events([id]):
            view = self._view(event.scope.without_session())
            by = self._strategy.name
            drafts = counted(self._strategy.encode(event, view), by)
            ops = self._strategy.store(drafts, view)
            try:
                return self._writer.apply(ops, view.scope, by=by, cause=id, erasures=erasures)
            except Conflict:
                if attempts == 1:
                    raise
                return self._refined(id, attempts - 1)
        return None

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
