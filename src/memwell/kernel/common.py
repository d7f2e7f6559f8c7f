"""What of a memory is open once, however many work with it at the same time."""

import threading
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from memwell.core.access import Sensitivity
from memwell.core.clock import Clock
from memwell.core.model import Embedder, LanguageModel
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.strategy import Strategy
from memwell.kernel.access import AccessLog
from memwell.kernel.privacy import Privacy
from memwell.kernel.queue import Queue
from memwell.kernel.reembed import Reembedder
from memwell.store.blobs import Blobs
from memwell.store.place import Place
from memwell.store.sql import SQLStore


@dataclass(eq=False)
class Common:
    """The files, the models, and the work in the background. Whoever opened them closes them."""

    place: Place
    store: SQLStore  # the handle of whoever opened the memory
    scope: Scope  # who that is,
    branch: str  # where,
    clearance: Sensitivity  # and how much they may see
    blobs: Blobs
    strategy: Strategy
    model: LanguageModel | None
    embedder: Embedder | None
    privacy: Privacy
    clock: Clock
    ids: Iterator[str]
    listeners: list[Callable[[Receipt, Scope], None]] = field(default_factory=list)
    _queues: dict[Hashable, Queue] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.reembedder = Reembedder(self.store, self.embedder, self.place.index(self.store))
        self.access = AccessLog(self.store)

    @cached_property
    def takes_long(self) -> bool:
        """Whether refinement waits for a language model."""
        return self.strategy.needs_model and not (self.model and self.model.immediate)

    def queue(self, store: SQLStore, made: Callable[[SQLStore], Queue]) -> Queue:
        """The one queue of the branch that this handle shows; made when it is first asked for."""
        with self._making:
            if store.sight not in self._queues:
                self._queues[store.sight] = made(store)
            return self._queues[store.sight]

    def refined(self, event: str) -> None:
        """Tells those who listen that the refinement of an event has ended."""
        if self.listeners and (receipt := self.store.receipt(event)):
            for found in self.store.events([event]):
                for listener in self.listeners:
                    listener(receipt, found.scope)

    def wait(self) -> None:
        """Until what is done in the background has ended."""
        for queue in list(self._queues.values()):
            queue.wait()
        self.reembedder.wait()

    def close(self) -> None:
        """Finish what is being done and release the files."""
        try:
            for queue in self._queues.values():
                queue.close()
            self.reembedder.close()
            self.access.flush()
        finally:
            self.store.close()
