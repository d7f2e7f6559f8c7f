"""What of a memory is open once, however many work with it at the same time."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from memwell.core.access import Sensitivity
from memwell.core.clock import Clock
from memwell.core.model import Embedder, LanguageModel
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
    _queues: dict[str, Queue] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.reembedder = Reembedder(self.store, self.embedder, self.place.index(self.store))
        self.access = AccessLog(self.store)

    @cached_property
    def takes_long(self) -> bool:
        """Whether refinement waits for a language model."""
        return self.strategy.needs_model and not (self.model and self.model.immediate)

    def queue(self, branch: str, made: Callable[[], Queue]) -> Queue:
        """The one queue of a branch; made when it is first asked for."""
        with self._making:
            if branch not in self._queues:
                self._queues[branch] = made()
            return self._queues[branch]

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
