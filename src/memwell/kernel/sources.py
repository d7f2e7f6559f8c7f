"""Evidence as each branch and clearance sees it: the index files are one, what is read is not."""

import threading
from collections.abc import Hashable

from memwell.core.store import Store
from memwell.kernel.evidence import EvidenceSource

KEPT = 32  # of branches and clearances; beyond that they are made anew


class Sources:
    """One embedder's evidence, for all who share an open memory."""

    def __init__(self, first: EvidenceSource) -> None:
        self.first = first
        self._made: dict[Hashable, EvidenceSource] = {}
        self._lock = threading.Lock()

    def of(self, store: Store) -> EvidenceSource:
        """What a handle on the store is to search."""
        if store.sight == self.first.sight:
            return self.first
        with self._lock:
            if store.sight not in self._made:
                if len(self._made) >= KEPT:
                    self._made.clear()
                self._made[store.sight] = self.first.seen_by(store)
            return self._made[store.sight]

    def forgotten(self) -> None:
        """Something was erased. The others notice by themselves, before they are next read."""
        self.first.forgotten()

    def reembedded(self) -> None:
        """Vectors arrived for memories that are cached already."""
        with self._lock:
            for source in (self.first, *self._made.values()):
                source.reembedded()
