"""The façade: add, search, context, ask, update, forget, history, explain, manage, export, import."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Literal, Self

from memwell.core.clock import Clock, SystemClock, aware
from memwell.core.cube import MemCube
from memwell.core.errors import Conflict, InvalidInput, MemwellError, NotFound
from memwell.core.hit import Answer, Hit
from memwell.core.identity import fresh
from memwell.core.message import Conversation, Event
from memwell.core.model import Embedder, LanguageModel
from memwell.core.op import Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Applied, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import Batch
from memwell.core.strategy import Strategy
from memwell.core.view import Moment, Query
from memwell.kernel import archive, context, explain, record
from memwell.kernel.access import AccessLog
from memwell.kernel.apply import Plan
from memwell.kernel.ask import answer
from memwell.kernel.forget import Doomed, ForgetReport
from memwell.kernel.intake import Messages, as_messages
from memwell.kernel.load import load
from memwell.kernel.queue import Queue
from memwell.kernel.reembed import Reembedder
from memwell.kernel.view import MemoryView
from memwell.models.resolve import resolve_embedder, resolve_model
from memwell.store.blobs import BlobStore
from memwell.store.sqlite import SQLiteStore

GATHER = 256  # turns embedded together when many conversations are added
ATTEMPTS = 3  # times a change is planned anew when another writer was faster


class Memory:
    """A memory in a folder. Copy the folder and you have copied the memory.

    Args:
        path: The folder; made when it is not there.
        tenant, user, agent: Whose memory this is. None reads across all.
        strategy: A name such as "plaintext:verbatim", or a Strategy.
        embedder: "minilm" (in the package), "none" (lexical only), "http://host/v1#model", a path,
            or an Embedder.
        model: "rules" (no language model), "http://host/v1#model", or a LanguageModel.
        clock: Tells the time; the system's by default.
        seed: Makes ids repeatable.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        tenant: str = "default",
        user: str | None = None,
        agent: str | None = None,
        strategy: str | Strategy = "plaintext:verbatim",
        embedder: str | Embedder | None = "minilm",
        model: str | LanguageModel | None = "rules",
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self.path = Path(path)
        self.scope = Scope(tenant, user, agent)
        self.strategy: Strategy = load(strategy)() if isinstance(strategy, str) else strategy
        self.store = SQLiteStore(self.path / "memory.db")
        self.blobs = BlobStore(self.path / "blobs")
        self.model = resolve_model(model) if isinstance(model, str) else model
        self._clock = clock or SystemClock()
        self._reembedder = Reembedder(
            self.store,
            resolve_embedder(embedder) if isinstance(embedder, str) else embedder,
            self.path / "index",
        )
        self._ids = fresh(None if seed is None else seed + self.store.sequence())
        self._queue = Queue(background=self.strategy.needs_model)
        self._access = AccessLog(self.store)
        self._resume()

    # -- remembering

    def add(
        self,
        messages: Messages,
        *,
        session: str | None = None,
        user: str | None = None,
        at: datetime | None = None,
        dry_run: bool = False,
        wait: bool = False,
    ) -> Receipt:
        """Keep what was said, word for word; durable and searchable on return.

        The receipt is extended when the strategy has refined it: at once without a language model,
        in the background with one (`wait=True` waits). Raises InvalidInput; then nothing is kept.
        """
        conversation = Conversation(as_messages(messages), session, at, user)
        if dry_run:
            return self._preview(conversation)
        receipt = self._record([conversation])[0]
        if wait:
            self._queue.wait()
        return self.store.receipt(receipt.id) or receipt if self.strategy.refines else receipt

    def add_many(self, conversations: Iterable[Conversation]) -> Iterator[Receipt]:
        """Keep many conversations, each durable as a whole; a receipt for each, in order.

        A conversation that is already there is not stored again, so that an interrupted import
        resumes when it is run again.
        """
        waiting = iter(conversations)
        while group := list(_group(waiting)):
            digests = [_digest(each, self._scope_of(each)) for each in group]
            known = [self.store.stored(digest) for digest in digests]
            new = iter(self._record([c for c, id in zip(group, known, strict=True) if id is None]))
            for id in known:
                yield next(new) if id is None else self.receipt(id)

    def receipt(self, id: str) -> Receipt:
        """The receipt of an event as it stands now. Raises NotFound."""
        found = self.store.receipt(id)
        if found is None:
            raise NotFound(f"there is no receipt {id}")
        return found

    # -- recalling

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        at: datetime | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        user: str | None = None,
        session: str | None = None,
        by: Literal["turn", "session"] = "turn",
        without: Iterable[str] = (),
    ) -> list[Hit]:
        """The k best memories, best first, each with its reasons.

        Args:
            query: What is asked.
            k: How many.
            at: When it is asked; words like "last week" are read against it. Now by default.
            as_of: Only what was true in the world then.
            known_at: Only what this memory knew then.
            user, session: Narrow the scope.
            by: Rank single turns, or the best turn of each session in order of sessions.
            without: Sessions to leave out.
        """
        if not query.strip():
            raise InvalidInput("the query is empty; say what to look for")
        if k < 1:
            raise InvalidInput(f"k must be at least 1, not {k}")
        view = self.view(user, session, Moment(as_of, known_at), frozenset(without))
        hits = self._retrieve(query, k, at, by, view)
        self._access.used([hit.cube.id for hit in hits], view.now)
        return hits

    def context(
        self,
        query: str,
        budget: int = 4000,
        *,
        k: int = 50,
        at: datetime | None = None,
        user: str | None = None,
    ) -> context.Context:
        """Text to put before a language model, of at most `budget` tokens (estimated)."""
        view = self.view(user)
        hits = self._retrieve(query, k, at, "turn", view)
        return context.compose(list(view.scan()), hits, budget)

    def ask(
        self,
        question: str,
        *,
        at: datetime | None = None,
        user: str | None = None,
        session: str | None = None,
        without: Iterable[str] = (),
    ) -> Answer:
        """An answer with its evidence, or that memory does not hold one."""
        view = self.view(user, session, without=frozenset(without))
        found = answer(question, self._moment(at), view, self.strategy)
        self._access.used(list(found.sources), view.now)
        return found

    def explain(
        self, query: str, id: str, *, at: datetime | None = None, user: str | None = None
    ) -> explain.Explanation:
        """Why a memory is, or is not, among the results of a query. Raises NotFound."""
        view = self.view(user)
        hits = self._retrieve(query, explain.DEPTH, at, "turn", view)
        return explain.explained(self.store.history(self._full(id)), hits, view)

    # -- changing

    def update(self, id: str, text: str, *, why: str = "corrected by the user") -> Receipt:
        """Write a new version of a memory. Raises NotFound, or IllegalTransition when frozen."""
        id = self._full(id)
        receipt = self.apply([Update(id, why, payload=Text(text))], by="user")
        if receipt.dropped:
            raise InvalidInput(f"{id} was not changed: {receipt.dropped[0].why}")
        return receipt

    def apply(
        self, ops: Iterable[Op], *, by: str, cause: str | None = None, dry_run: bool = False
    ) -> Receipt:
        """Apply ops in one transaction; the only way memory changes after it was recorded."""
        ops = list(ops)
        for attempt in range(1, ATTEMPTS + 1):
            started = perf_counter()
            plan = Plan(self.store, self.scope, self._clock.now(), by, cause)
            plan.propose(ops)
            id = cause or next(self._ids)
            receipt = Receipt(
                id,
                Status.PREVIEW if dry_run else Status.REFINED,
                (cause,) if cause else (),
                tuple(plan.applied),
                tuple(plan.dropped),
            )
            if dry_run or not (plan.applied or plan.dropped):
                return receipt
            try:
                self.store.commit(plan.batch(id, self._reembedder.embedder))
            except Conflict:
                if attempt == ATTEMPTS:
                    raise
            else:
                return receipt.extended(
                    Receipt(id, receipt.status, seconds=perf_counter() - started)
                )
        raise AssertionError("the last attempt returns or raises")

    def manage(self, *, dry_run: bool = False) -> Receipt:
        """Let the strategy tidy up: decay, merge, reflect."""
        self._access.flush()
        return self.apply(self.strategy.manage(self.view()), by=self._by, dry_run=dry_run)

    def forget(
        self, *ids: str, session: str | None = None, user: str | None = None, dry_run: bool = False
    ) -> ForgetReport:
        """Erase memories for good, with the words they came from and all that was made of them.

        Name memories by id, or a whole session or user. Raises NotFound, and InvalidInput when
        nothing is named.
        """
        if not ids and session is None and user is None:
            raise InvalidInput("name what to forget: ids, a session, or a user")
        named = [self._full(id) for id in ids]
        if session is not None or user is not None:
            scope = self.scope.within(user=user, session=session)
            named += [id for id in self.store.resolve("", scope) if id not in named]
        if not named:
            raise NotFound("there is nothing to forget in that scope")
        doomed = Doomed(self.store, self.scope).follow(named)
        if not dry_run:
            gone, rewritten = doomed.events()
            batch = Batch(next(self._ids), self._clock.now(), by="user", entries=doomed.entries())
            self.store.forget(list(doomed.cubes), gone, rewritten, batch)
            self._reembedder.source.forgotten()
        return ForgetReport(
            tuple(doomed.cubes),
            tuple(doomed.places),
            len(named),
            verified=not dry_run and not doomed.left_over(),
            dry_run=dry_run,
        )

    # -- looking back

    def get(self, id: str) -> MemCube:
        """A memory as it stands. Raises NotFound."""
        cube = self.view().get(self._full(id))
        if cube is None:
            raise NotFound(f"there is no memory {id} in this scope")
        return cube

    def history(self, id: str) -> list[MemCube]:
        """All versions of a memory, the first one first. Raises NotFound."""
        return self.view().history(self._full(id))

    def sources(self, id: str) -> list[Event]:
        """The raw events a memory rests on."""
        return self.view().events(self.get(id).source.events)

    # -- moving

    def export(self, path: str | Path) -> archive.Manifest:
        """Write everything in scope, with versions and lineage, as JSON lines (.jsonl, .jsonl.gz)."""
        return archive.write(Path(path), self.store, self.scope, self._clock.now())

    def import_(self, path: str | Path) -> archive.Manifest:
        """Read what `export` wrote; memories that are already there are left alone."""
        found = archive.read(Path(path), self.store, self.scope, self._reembedder.embedder)
        self._reembedder.source.reembedded()
        return found

    # -- living

    def view(
        self,
        user: str | None = None,
        session: str | None = None,
        moment: Moment | None = None,
        without: frozenset[str] = frozenset(),
    ) -> MemoryView:
        """A frozen view of this scope, as strategies see it."""
        return MemoryView(
            scope=self.scope.within(user=user, session=session),
            now=self._clock.now(),
            store=self.store,
            source=self._reembedder.source,
            embedder=self._reembedder.serving,
            model=self.model,
            moment=moment or Moment(),
            without=without,
        )

    def wait(self) -> None:
        """Until background work has ended."""
        self._queue.wait()
        self._reembedder.wait()

    def close(self) -> None:
        """Finish background work and release the files. A closed memory can be opened again."""
        self._queue.close()
        self._reembedder.close()
        self._access.flush()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- the main path

    def _record(self, conversations: Sequence[Conversation]) -> list[Receipt]:
        """Journal first; then let the strategy refine each event."""
        batches = self._batches(
            conversations, Status.STORED if self.strategy.refines else Status.REFINED
        )
        self.store.commit(*batches)
        for batch in batches:
            if self.strategy.refines and batch.event:
                self._queue.submit(partial(self._refine, batch.event))
        return [batch.receipt for batch in batches if batch.receipt]

    def _batches(self, conversations: Sequence[Conversation], status: Status) -> list[Batch]:
        """All turns of all conversations are embedded in one go."""
        events = [self._event(conversation) for conversation in conversations]
        cubes = [record.turns(event) for event in events]
        embedder = self._reembedder.embedder
        embedding = record.embedded([cube for turns in cubes for cube in turns], embedder)
        starts = accumulate((len(turns) for turns in cubes), initial=0)
        return [
            record.batch_of(
                event,
                turns,
                record.part_of(embedding, start, len(turns)),
                fingerprint=embedder.fingerprint if embedder else None,
                status=status,
                digest=_digest(conversation, event.scope),
            )
            for conversation, event, turns, start in zip(
                conversations, events, cubes, starts, strict=False
            )
        ]

    def _refine(self, event: Event) -> None:
        """Failure is written to the receipt; the words are safe either way."""
        view = replace(self.view(), scope=event.scope.without_session())
        try:
            drafts = self.strategy.encode(event, view)
            done = self.apply(self.strategy.store(drafts, view), by=self._by, cause=event.id)
        except MemwellError as error:
            done = Receipt(event.id, Status.FAILED, error=f"{type(error).__name__}: {error}")
        self.store.save_receipt(self.receipt(event.id).extended(done))

    def _resume(self) -> None:
        """Events whose refinement was interrupted are refined now."""
        if self.strategy.refines:
            for event in self.store.events(self.store.unrefined()):
                self._queue.submit(partial(self._refine, event))

    def _retrieve(
        self,
        query: str,
        k: int,
        at: datetime | None,
        by: Literal["turn", "session"],
        view: MemoryView,
    ) -> list[Hit]:
        return self.strategy.retrieve(Query(query, self._moment(at), by), view, k)

    def _preview(self, conversation: Conversation) -> Receipt:
        event = self._event(conversation)
        entries = tuple(
            Applied("add", cube.id, 1, "said", cube.text) for cube in record.turns(event)
        )
        return Receipt(event.id, Status.PREVIEW, (), entries)

    def _event(self, conversation: Conversation) -> Event:
        scope = self._scope_of(conversation)
        return record.event_of(conversation, scope, next(self._ids), self._clock.now())

    def _scope_of(self, conversation: Conversation) -> Scope:
        return self.scope.within(user=conversation.user, session=conversation.session)

    def _moment(self, at: datetime | None) -> datetime:
        return aware(at) if at else self._clock.now()

    def _full(self, id: str) -> str:
        """The whole id for an unambiguous beginning of it. Raises NotFound and InvalidInput."""
        found = self.store.resolve(id, self.scope)
        if not found:
            raise NotFound(f"there is no memory {id} in this scope; `search` shows ids")
        if len(found) > 1 and id not in found:
            raise InvalidInput(
                f"{len(found)} memories have ids that start with {id}; give more of it"
            )
        return id if id in found else found[0]

    @property
    def _by(self) -> str:
        module, name = type(self.strategy).__module__.rsplit(".", 1)
        return f"{module.rsplit('.', 1)[-1]}:{name}"


def _digest(conversation: Conversation, scope: Scope) -> str:
    return record.digest(scope, conversation.at, conversation.messages)


def _group(conversations: Iterator[Conversation]) -> Iterator[Conversation]:
    """As many conversations as make up a good batch for the embedder."""
    turns = 0
    for conversation in conversations:
        yield conversation
        turns += len(conversation.messages)
        if turns >= GATHER:
            return
