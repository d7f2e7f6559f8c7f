"""An open memory: what it takes to work on one, wired together, and closed again."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from memwell.core.access import Right, Sensitivity, as_rights
from memwell.core.branch import MAIN
from memwell.core.clock import Clock, SystemClock
from memwell.core.errors import Forbidden, InvalidInput, NotFound
from memwell.core.filter import Filter
from memwell.core.identity import derive, fresh
from memwell.core.message import Conversation
from memwell.core.model import Embedder, LanguageModel
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.strategy import Strategy
from memwell.core.view import NOW, Moment
from memwell.kernel import given, observe, scrub
from memwell.kernel.background import queue_of
from memwell.kernel.common import Common
from memwell.kernel.compose import build
from memwell.kernel.governance import Governor
from memwell.kernel.keyring import Keyring
from memwell.kernel.lookout import Lookout
from memwell.kernel.observe import Observer
from memwell.kernel.privacy import Policy, Privacy
from memwell.kernel.recorder import Recorder
from memwell.kernel.steward import Steward
from memwell.kernel.timeline import Timeline
from memwell.kernel.view import MemoryView
from memwell.kernel.writer import Writer
from memwell.models.resolve import resolve_embedder, resolve_model
from memwell.store.place import located
from memwell.store.sql import SQLStore


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
        scope, level = Scope(tenant, user, agent), Sensitivity.named(clearance)
        policy = Privacy(privacy)
        found = build(strategy) if isinstance(strategy, str) else strategy
        place = located(path, key)
        with observe.creating(place):
            store = place.store(scope, branch, level)
        blobs = place.blobs(store)
        scrub.begin(store, blobs)
        common = Common(
            place, store, scope, branch, level, blobs, found,
            resolve_model(model, store.answers) if isinstance(model, str) else model,
            resolve_embedder(embedder) if isinstance(embedder, str) else embedder,
            policy, clock or SystemClock(), fresh(_salt(seed, store, scope, branch)),
        )  # fmt: skip
        self._begin(common, store, scope, branch, level, as_rights(rights), owns=True)
        if self._refines:
            self._queue.resume()

    def acting(
        self,
        *,
        tenant: str | None = None,
        user: str | None = None,
        agent: str | None = None,
        branch: str | None = None,
        rights: Iterable[Right | str] | None = None,
        clearance: Sensitivity | str | None = None,
    ) -> Self:
        """The same open memory for somebody else, who never gets more than this one has.

        It takes microseconds, and closing it closes nothing; it ends with the memory it came from.
        What is left out stays as it is. Raises Forbidden for another user, agent or tenant than
        this is open for, and for more rights or clearance. Only the memory that was opened itself,
        without user and agent, acts for other tenants.
        """
        scope = self._scope_for(tenant, user, agent)
        held, level = self._narrowed(rights, clearance)
        line = self.branch_name if branch is None else branch
        other = type(self).__new__(type(self))
        store = self.store.acting(scope, line, level)
        other._begin(self._common, store, scope, line, level, held, owns=False)  # noqa: SLF001 (its own)
        return other

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
        return self._lookout.view(scope, moment, without, where)

    def wait(self) -> None:
        """Until background work has ended, but for refinement that is to be tried again later."""
        if self._refines:
            self._queue.wait()
        self._reembedder.wait()

    def close(self) -> None:
        """Finish what is being done and release the files; the next opening takes up the rest."""
        if self._owns:
            self._common.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def on_refined(self, listener: Callable[[Receipt, Scope], None]) -> None:
        """Have a function told of every receipt that is refined or has failed in this process."""
        self._common.listeners.append(listener)

    # -- acting

    def _begin(
        self, common: Common, store: SQLStore, scope: Scope, branch: str, level: Sensitivity,
        rights: frozenset[Right], *, owns: bool,
    ) -> None:  # fmt: skip
        """What belongs to whoever acts, on top of what is open once."""
        self._common, self._owns = common, owns
        self.place, self.blobs = common.place, common.blobs
        self.path, self.seal = common.place.path, common.place.seal
        self.strategy, self.model, self._privacy = common.strategy, common.model, common.privacy
        self._clock, self._ids, self._access = common.clock, common.ids, common.access
        self._reembedder = common.reembedder
        self.scope, self.branch_name, self.store = scope, branch, store
        self.clearance, self.rights = level, rights
        self._lookout = Lookout(common, store)
        self.observer = Observer(store.governance, scope)
        self._queue = queue_of(common, branch)
        self.keyring = Keyring(store, common.clock)
        self._wire(common.strategy, common.clock, common.ids)

    def _wire(self, strategy: Strategy, clock: Clock, ids: Iterator[str]) -> None:
        store, scope, queue = self.store, self.scope, self._queue
        self._writer = writer = Writer(store, self._reembedder, clock, ids)
        self.governance = Governor(store, writer, scope, clock, ids, self.rights)
        self._steward = Steward(store, strategy, writer, clock, self._lookout.view)
        self._timeline = Timeline(store, writer, scope, clock)
        self._recorder = Recorder(
            store, strategy, self._reembedder, queue, clock, ids, self._privacy
        )

    def _scope_for(self, tenant: str | None, user: str | None, agent: str | None) -> Scope:
        own = self.scope
        if tenant not in (None, own.tenant) and self._owns and not own.named().keys() - {"tenant"}:
            own = Scope(tenant or own.tenant)
        wanted = {"tenant": tenant, "user": user, "agent": agent}
        for part, name in wanted.items():
            held = getattr(own, part)
            if name is not None and held not in (None, name):
                raise Forbidden(f"this memory is open for {part} {held!r}, not for {name!r}")
        return own.within(user=user, agent=agent)

    def _narrowed(
        self, rights: Iterable[Right | str] | None, clearance: Sensitivity | str | None
    ) -> tuple[frozenset[Right], Sensitivity]:
        held = self.rights if rights is None else as_rights(rights)
        level = self.clearance if clearance is None else Sensitivity.named(clearance)
        if more := held - self.rights:
            raise Forbidden(f"this memory was opened without the right to {', '.join(more)}")
        if level > self.clearance:
            known = self.clearance.name.lower()
            raise Forbidden(f"this memory was opened for what is {known} at most")
        return held, level

    # -- shared

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


def _salt(seed: int | None, store: SQLStore, scope: Scope, branch: str) -> str | None:
    """What ids are drawn from; None draws them at random."""
    return None if seed is None else derive(seed, repr(scope), branch, store.sequence())
