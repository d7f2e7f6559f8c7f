"""An open memory: what it takes to work on one, wired together, and closed again."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from memwell.core.access import Right, Sensitivity, as_rights
from memwell.core.branch import MAIN
from memwell.core.clock import Clock, SystemClock
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.filter import Filter
from memwell.core.identity import derive, fresh
from memwell.core.message import Conversation
from memwell.core.model import Embedder, LanguageModel
from memwell.core.scope import Scope
from memwell.core.strategy import Strategy
from memwell.core.view import NOW, Moment
from memwell.kernel import given, observe, scrub
from memwell.kernel.access import AccessLog
from memwell.kernel.compose import build
from memwell.kernel.governance import Governor
from memwell.kernel.observe import Observer
from memwell.kernel.privacy import Policy, Privacy
from memwell.kernel.queue import Queue
from memwell.kernel.recorder import Recorder
from memwell.kernel.reembed import Reembedder
from memwell.kernel.refiner import Refiner
from memwell.kernel.steward import Steward
from memwell.kernel.timeline import Timeline
from memwell.kernel.view import MemoryView
from memwell.kernel.writer import Writer
from memwell.models.resolve import resolve_embedder, resolve_model
from memwell.store import seal
from memwell.store.blobs import BlobStore
from memwell.store.sqlite import SQLiteStore


class Opened:
    """Opens a memory, hands out views of it, and closes it."""

    def __init__(  # noqa: PLR0913 (every one is by name, and has a default)
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
        branch: str = MAIN,
        rights: Iterable[Right | str] = ("read", "write", "delete"),
        clearance: Sensitivity | str = Sensitivity.SECRET,
        key: bytes | str | Path | None = None,
        privacy: Policy = "off",
    ) -> None:
        self.path = Path(path)
        self.scope = Scope(tenant, user, agent)
        self.branch_name = branch
        self._clearance = Sensitivity.named(clearance)
        self._privacy = Privacy(privacy)
        self.strategy: Strategy = build(strategy) if isinstance(strategy, str) else strategy
        self.seal = seal.opened(self.path, key)
        with observe.creating(self.path):
            self.store = self._handle(branch)
        self.observer = Observer(self.store.governance, self.scope)
        self.blobs = BlobStore(self.path / "blobs", self.seal.envelope)
        scrub.begin(self.store, self.blobs)
        self.model = resolve_model(model, self.store.answers) if isinstance(model, str) else model
        self._clock = clock or SystemClock()
        self._reembedder = Reembedder(
            self.store,
            resolve_embedder(embedder) if isinstance(embedder, str) else embedder,
            None if self.seal else self.path / "index",  # vectors of a sealed memory stay off disk
        )
        self._ids: Iterator[str] = fresh(
            None if seed is None else derive(seed, repr(self.scope), branch, self.store.sequence())
        )
        self._access = AccessLog(self.store)
        self._writer = Writer(self.store, self._reembedder, self._clock, self._ids)
        self.governance = Governor(
            self.store, self._writer, self.scope, self._clock, self._ids, as_rights(rights)
        )
        self._steward = Steward(self.store, self.strategy, self._writer, self._clock, self._view_of)
        self._timeline = Timeline(self.store, self._writer, self.scope, self._clock)
        refiner = Refiner(
            self.store, self.strategy, self._writer, self._clock, self._view_of, self.observer
        )
        self._queue = Queue(
            self.store.jobs, self._clock, refiner.refine, background=self._takes_long
        )
        self._recorder = Recorder(
            self.store,
            self.strategy,
            self._reembedder,
            self._queue,
            self._clock,
            self._ids,
            self._privacy,
        )
        if self._refines:
            self._queue.resume()

    # -- living

    def view(
        self,
        user: str | None = None,
        session: str | None = None,
        moment: Moment = NOW,
        without: frozenset[str] = frozenset(),
        where: Filter | None = None,
    ) -> MemoryView:
        """A frozen view of this scope, as strategies see it."""
        self.governance.need(Right.READ)
        scope = self.scope.within(user=user, session=session)
        return self._view_of(scope, moment, without, where)

    def _view_of(
        self,
        scope: Scope,
        moment: Moment = NOW,
        without: frozenset[str] = frozenset(),
        where: Filter | None = None,
    ) -> MemoryView:
        source = self._reembedder.source
        return MemoryView(
            scope=scope,
            now=self._clock.now(),
            store=self.store,
            source=source,
            embedder=source.embedder,
            model=self.model,
            moment=moment,
            without=without,
            where=where,
        )

    def wait(self) -> None:
        """Until background work has ended, but for refinement that is to be tried again later."""
        if self._refines:
            self._queue.wait()
        self._reembedder.wait()

    def close(self) -> None:
        """Finish what is being done and release the files; the next opening takes up the rest."""
        try:
            self._queue.close()
            self._reembedder.close()
            self._access.flush()
        finally:
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

    # -- shared

    def _handle(self, branch: str) -> SQLiteStore:
        return SQLiteStore(
            self.path / "memory.db",
            self.seal.driver,
            branch=branch,
            clearance=self._clearance,
            actor=self.scope,
        )

    @property
    def _takes_long(self) -> bool:
        """Whether refinement waits for a language model."""
        return self.strategy.needs_model and not (self.model and self.model.immediate)

    @property
    def _refines(self) -> bool:
        """Whether events are refined here: the strategy does so, and the opener may write."""
        may = self.governance.may(Right.WRITE) and not self.store.read_only
        return self.strategy.refines and may

    def _scope_of(self, conversation: Conversation) -> Scope:
        return self.scope.within(user=conversation.user, session=conversation.session)

    def _moment(self, at: datetime | None) -> datetime:
        return given.moment(at, "at") or self._clock.now()

    def _full(self, id: str) -> str:
        """The whole id for an unambiguous beginning of it. Raises NotFound and InvalidInput."""
        found = self.store.resolve(given.ident(id), self.scope)
        if not found:
            raise NotFound(f"there is no memory {id} in this scope; `search` shows ids")
        if len(found) > 1 and id not in found:
            raise InvalidInput(
                f"{len(found)} memories have ids that start with {id}; give more of it"
            )
        return id if id in found else found[0]
