"""Chooses what a query is scored on: everything while that is small, the best of it beyond."""

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np

from memwell.core.evidence import Evidence, Ints, Population
from memwell.core.filter import Filter
from memwell.core.model import Embedder, Embedding, Floats, TokenStates
from memwell.core.scope import Scope
from memwell.core.store import Store, Terms
from memwell.core.view import NOW, Moment
from memwell.index.cache import EvidenceCache, TokenCache
from memwell.index.flat import FlatIndex, top
from memwell.index.fuse import reciprocal_ranks
from memwell.index.matrix import InFiles, InMemory, Matrix
from memwell.index.population import population, spread
from memwell.index.postings import PostingsIndex
from memwell.index.shelf import SegmentFiles, SegmentsInMemory, Shelf
from memwell.kernel.passing import Passing

EXHAUSTIVE = 2_000  # memories up to which every one is scored
REACH = 2  # rows before and after a candidate that come with it: turns next to it
COUNTS = 1_000  # counts kept, of scopes and filters
CANDIDATES = 200  # taken from each first stage beyond that
LEADING = 60  # of them, by both stages, bring the turns next to them along
POPULATIONS = 64  # samples kept, of scopes and filters

Allowed = Callable[[Ints], Ints]  # the reader's rows that these entries serve


class EvidenceSource:
    """Evidence of any scope at any moment, for one embedder."""

    def __init__(
        self,
        store: Store,
        folder: Path | None,  # of index files; None keeps vectors in memory only
        embedder: Embedder | None,
        exhaustive: int = EXHAUSTIVE,
    ) -> None:
        self.embedder = embedder
        self.fingerprint = fingerprint = embedder.fingerprint if embedder else None
        self.exhaustive = exhaustive
        self._tokens = TokenCache(store, fingerprint) if fingerprint else None
        matrix: Matrix = InFiles(folder / "flat") if folder else InMemory()
        self._flat = FlatIndex(matrix, store, fingerprint)
        shelf: Shelf = SegmentFiles(folder / "postings") if folder else SegmentsInMemory()
        self._postings = PostingsIndex(shelf, store)
        self._show(store)
        self._tidy()  # the process that erased something may have ended too early

    def seen_by(self, store: Store) -> "EvidenceSource":
        """The same for another branch or clearance: files are shared, but not what was read."""
        found = copy(self)
        found._show(store)  # noqa: SLF001 (one of its own)
        return found

    @property
    def sight(self) -> Hashable:
        """What it shows."""
        return self._store.sight

    def _show(self, store: Store) -> None:
        self._store = store
        self._cache = EvidenceCache(store, self.fingerprint)
        self._counts: dict[tuple[Scope, Filter | None], tuple[int, int]] = {}
        self._populations: dict[tuple[Scope, Filter | None], Population | None] = {}
        self._erasures = store.erasures()
        self._policy = store.governance.policy()

    def get(
        self,
        terms: Terms,
        embedding: Embedding | None,
        scope: Scope,
        moment: Moment,
        where: Filter | None = None,
    ) -> Evidence:
        """What a query with these terms, embedded so, is to be scored on."""
        self._notice()
        if self._count(scope, where) > self.exhaustive:
            allowed = Passing(self._store, scope, moment, where, self._count(scope, where))
            ranked = [self._postings.search(terms, CANDIDATES, allowed)]
            if embedding is not None:
                ranked.append(self._nearest(embedding.vectors[0], scope, moment, where, allowed))
            rows = _leading(ranked)
            found = self._store.evidence(scope, moment, self.fingerprint, rows=rows, where=where)
            return replace(found, population=self._population(scope, where))
        if moment == NOW:
            return self._cache.get(scope, where)
        return self._store.evidence(scope, moment, self.fingerprint, where=where)

    def tokens(self, evidence: Evidence, positions: Ints) -> list[TokenStates | None]:
        """Token states of the evidence at these positions."""
        if self._tokens is None:
            return [None] * len(positions)
        return self._tokens.get(evidence.entries[positions])

    def _notice(self) -> None:
        """Whatever another memory on the same folder has erased is gone from here too."""
        erasures = self._store.erasures()
        if erasures != self._erasures:
            self._erasures = erasures
            self.forgotten()
        policy = self._store.governance.policy()
        if policy != self._policy:  # somebody may see more, or less, than what was cached
            self._policy = policy
            self._cache.clear()
            self._counts.clear()
            self._populations.clear()

    def forgotten(self) -> None:
        """Something was erased: caches and index files are rebuilt from the store."""
        self.reembedded()
        self._tidy()

    def _tidy(self) -> None:
        if not self._store.read_only:
            self._postings.tidy()
            self._flat.tidy()

    def reembedded(self) -> None:
        """Vectors arrived for memories that are already cached."""
        self._cache.clear()
        self._populations.clear()
        if self._tokens:
            self._tokens.clear()

    def _nearest(
        self, vector: Floats, scope: Scope, moment: Moment, where: Filter | None, allowed: Allowed
    ) -> Ints:
        """By the store's own index where it has one, else by that of this process."""
        near = self.fingerprint and self._store.nearest(
            self.fingerprint, vector, CANDIDATES, scope, moment, where
        )
        if isinstance(near, np.ndarray):
            return near
        self._flat.refresh()
        return self._flat.search(vector, CANDIDATES, allowed)

    def _population(self, scope: Scope, where: Filter | None) -> Population | None:
        """A sample serves until there is a quarter more than when it was taken."""
        count = self._count(scope, where)
        found = self._populations.get((scope, where))
        if found is None or not found.count <= count <= found.count * 1.25:
            rows = self._store.rows(scope, where)
            sample = self._store.evidence(
                scope, NOW, self.fingerprint, rows=spread(rows), where=where
            )
            states = self._store.tokens(self.fingerprint or "", sample.entries)
            found = population(len(rows), sample, states)
            if len(self._populations) >= POPULATIONS:
                self._populations.clear()
            self._populations[scope, where] = found
        return found

    def _count(self, scope: Scope, where: Filter | None) -> int:
        """Counted anew when it may have crossed the line, or may have grown by a tenth."""
        sequence = self._store.sequence()
        seen, count = self._counts.get((scope, where), (-1, 0))
        most = min(abs(count - self.exhaustive), count // 10)  # a change has a line in the journal
        if seen < 0 or sequence - seen > most:
            count = self._store.count(scope, where)
            if len(self._counts) >= COUNTS:
                self._counts.clear()
            self._counts[scope, where] = (sequence, count)
        return count


def _leading(ranked: list[Ints]) -> Ints:
    """The best of each first stage, and the turns next to what both think best."""
    rows = np.unique(np.concatenate(ranked))
    ranks = [np.searchsorted(rows, ranking) for ranking in ranked]
    leading = rows[top(reciprocal_ranks(ranks, len(rows)), LEADING)]
    around = leading[:, None] + np.arange(-REACH, REACH + 1)
    return np.union1d(rows, around)
