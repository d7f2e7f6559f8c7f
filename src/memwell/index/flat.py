"""Dense search: a matrix of all vectors, brought up to date from the store.

The matrix is a cache: it is stamped with the place of the last vector it holds, the tail beyond is
scanned exactly, and it can be dropped at any time. Up to `SKETCHED` vectors every one is scored;
beyond, a process that searches more than once leaves out what a sketch shows to be far.
"""

import logging
import secrets
from collections.abc import Callable
from hashlib import blake2b

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.core.store import Store
from memwell.index.matrix import Matrix
from memwell.index.sketch import Sketch
from memwell.index.stamp import Stamp

BLOCK = 65_536  # vectors scored, or copied from the store, at a time
SKETCHED = 32_768  # vectors
SPARE = 8  # times as many as are wanted are scored after a look at the sketch

log = logging.getLogger(__name__)


class FlatIndex:
    """All vectors of one embedder, with the entries they belong to.

    Without an embedder it can only be tidied.
    """

    def __init__(self, matrix: Matrix, store: Store, fingerprint: str | None) -> None:
        self._matrix, self._store, self._fingerprint = matrix, store, fingerprint
        self._sketch: tuple[str, Sketch | None] = ("", None)  # of which generation

    def search(self, query: Floats, n: int, allowed: Callable[[Ints], Ints]) -> Ints:
        """The n best rows, best first. `allowed` maps entries to the reader's rows, order kept.

        Nothing is lost to the filter: it is asked about ever more entries until n rows pass it.
        """
        entries, matrix, stamp = self._held()
        near = self._near(query, SPARE * n, matrix, stamp)
        if near is not None:
            found = self._passing(entries[near], matrix[near] @ query, stamp, query, n, allowed)
            if len(found) >= n:
                return found
        blocks = [matrix[at : at + BLOCK] @ query for at in range(0, len(entries), BLOCK)]
        scores = np.concatenate([np.empty(0, np.float32), *blocks])
        return self._passing(np.asarray(entries), scores, stamp, query, n, allowed)

    def _near(self, query: Floats, n: int, matrix: Floats, stamp: Stamp) -> Ints | None:
        """Positions worth scoring; None where the sketch does not pay."""
        if stamp.count < max(SKETCHED, 2 * n):
            return None
        generation, sketch = self._sketch
        if generation != stamp.generation:  # one search alone is faster without it
            self._sketch = (stamp.generation, None)
            return None
        sketch = sketch.grown(matrix) if sketch else Sketch.of(matrix)
        self._sketch = (generation, sketch)
        return sketch.nearest(query, n)

    def _passing(
        self, entries: Ints, scores: Floats, stamp: Stamp, query: Floats, n: int,
        allowed: Callable[[Ints], Ints],
    ) -> Ints:  # fmt: skip
        """The n best that may be seen, of these and the tail."""
        entries, scores = self._with_tail(entries, scores, stamp, query)
        wanted = n + n // 4
        while True:
            best = top(scores, wanted)
            rows = allowed(entries[best])
            if len(rows) >= n or wanted >= len(scores):
                return rows[:n]
            wanted *= 8

    def refresh(self) -> int:
        """Append what the store has beyond the stamp; returns how many vectors the index holds.

        Where the disk takes no more, the rest stays in the tail, which the search reads anyway.
        """
        try:
            with self._matrix.locked():
                return self._extended()
        except OSError as error:
            log.info("an index is not brought up to date: %s", error)
            stamp = self._stamp()
            return stamp.count if stamp else 0

    def _extended(self) -> int:
        stamp = self._stamp()
        if stamp is None:
            self._matrix.clear()
            stamp = Stamp(self._mark() + secrets.token_hex(8))
        while True:
            places, rows, vectors = self._tail(stamp.place)
            if not len(places):
                return stamp.count
            stamp = self._matrix.append(stamp, places, rows, vectors)

    def _tail(self, place: int) -> tuple[Ints, Ints, Floats]:
        return self._store.vectors(self._fingerprint or "", place, BLOCK)

    def drop(self) -> None:
        """Delete what the matrix holds."""
        if self._matrix.exists():
            with self._matrix.locked():
                self._matrix.clear()

    def tidy(self) -> None:
        """Drop it unless it is of this embedder, and nothing was erased since."""
        if self._stamp() is None:
            self.drop()

    def _with_tail(
        self, entries: Ints, scores: Floats, stamp: Stamp, query: Floats
    ) -> tuple[Ints, Floats]:
        """And everything that the matrix does not hold yet."""
        owners, found, place = [entries], [scores], stamp.place
        while True:
            places, rows, vectors = self._tail(place)
            if not len(places):
                return np.concatenate(owners), np.concatenate(found)
            owners.append(rows)
            found.append(vectors @ query)
            place = int(places[-1])

    def _held(self) -> tuple[Ints, Floats, Stamp]:
        """What the matrix holds; nothing where there is none, or it has just been dropped."""
        stamp = self._stamp()
        try:
            if stamp and stamp.count:
                return *self._matrix.held(stamp), stamp
        except FileNotFoundError:
            pass
        return np.empty(0, np.int64), np.empty((0, 0), np.float32), Stamp("")

    def _stamp(self) -> Stamp | None:
        """None where there is nothing, or that of another embedder or before an erasure."""
        stamp = self._matrix.stamp()
        return stamp if stamp and self._is_ours(stamp) else None

    def _is_ours(self, stamp: Stamp) -> bool:
        """Of this embedder, and nothing was erased since."""
        if self._fingerprint is None:
            return stamp.generation.split("-")[1:2] == [str(self._store.erasures())]
        return stamp.generation.startswith(self._mark())

    def _mark(self) -> str:
        """What generations begin with: the embedder's, and of the time since the last erasure."""
        return f"{marked(self._fingerprint or '')}{self._store.erasures()}-"


def marked(fingerprint: str) -> str:
    """What the names of an embedder's files begin with."""
    return f"{blake2b(fingerprint.encode(), digest_size=4).hexdigest()}-"


def top(scores: Floats, n: int) -> Ints:
    """Positions of the n highest scores, best first; ties in order of position."""
    n = min(n, len(scores))
    if n == 0:
        return np.empty(0, np.int64)
    last = np.partition(-scores, n - 1)[n - 1]
    above = np.flatnonzero(-scores < last)
    level = np.flatnonzero(-scores == last)[: n - len(above)]
    best = np.concatenate([above, level])
    return best[np.lexsort((best, -scores[best]))]
