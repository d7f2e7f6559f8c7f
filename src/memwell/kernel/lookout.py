"""Makes the views of one handle on the store."""

from dataclasses import dataclass

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

    def view(
        self,
        scope: Scope,
        moment: Moment = NOW,
        without: frozenset[str] = frozenset(),
        where: Filter | None = None,
    ) -> MemoryView:
        """A frozen view of a scope."""
        source = self.common.reembedder.sources.of(self.store)
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
