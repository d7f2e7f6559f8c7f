"""Makes the views of one handle: a branch, as far as a clearance goes."""

from dataclasses import dataclass

from memwell.core.access import Sensitivity
from memwell.core.filter import Filter
from memwell.core.scope import Scope
from memwell.core.view import NOW, Moment
from memwell.kernel.common import Common
from memwell.kernel.view import MemoryView
from memwell.store.sql import SQLStore


@dataclass(frozen=True)
class Lookout:
    """Where one looks from."""

    common: Common
    store: SQLStore
    branch: str
    clearance: Sensitivity

    def view(
        self,
        scope: Scope,
        moment: Moment = NOW,
        without: frozenset[str] = frozenset(),
        where: Filter | None = None,
    ) -> MemoryView:
        """A frozen view of a scope."""
        source = self.common.reembedder.sources.of(self._sight, self.store)
        return MemoryView(
            scope=scope,
            now=self.common.clock.now(),
            store=self.store,
            source=source,
            embedder=source.embedder,
            model=self.common.model,
            moment=moment,
            without=without,
            where=where,
        )

    @property
    def _sight(self) -> tuple[str, Sensitivity] | None:
        """None for that of whoever opened the memory."""
        own, first = (self.branch, self.clearance), (self.common.branch, self.common.clearance)
        return None if own == first else own
