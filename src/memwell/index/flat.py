"""Exact dense search: a memory-mapped matrix on disk, brought up to date from the store.

The file is a cache: it is stamped with the place of the last vector it holds, the tail beyond is
scanned exactly, and it can be deleted at any time.
"""

import fcntl
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.core.store import Store

BLOCK = 65_536  # vectors scored, or copied from the store, at a time


class FlatIndex:
    """All vectors of one embedder, in one folder: vectors, the entries they belong to, a stamp."""

    def __init__(self, folder: Path, store: Store, fingerprint: str) -> None:
        self._folder, self._store, self._fingerprint = folder, store, fingerprint

    def search(self, query: Floats, n: int, allowed: Callable[[Ints], Ints]) -> Ints:
        """The n best rows, best first. `allowed` maps entries to the reader's rows, order kept.

        Nothing is lost to the filter: it is asked about ever more entries until n rows pass it.
        """
        entries, scores = self._scored(query)
        wanted = 4 * n
        while True:
            best = top(scores, wanted)
            rows = allowed(entries[best])
            if len(rows) >= n or wanted >= len(scores):
                return rows[:n]
            wanted *= 8

    def refresh(self) -> int:
        """Append what the store has beyond the stamp; returns how many vectors the index holds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            stamp = self._stamp()
            if stamp is None:
                self._clear()
                stamp = Stamp(self._mark() + secrets.token_hex(8))
            while True:
                places, rows, vectors = self._store.vectors(self._fingerprint, stamp.place, BLOCK)
                if not len(places):
                    return stamp.count
                width = vectors.shape[1]
                self._append(stamp.vectors, stamp.count * width * 4, vectors.tobytes())
                self._append(stamp.entries, stamp.count * 8, rows.tobytes())
                stamp = replace(
                    stamp, count=stamp.count + len(places), place=int(places[-1]), width=width
                )
                self._write_stamp(stamp)

    def drop(self) -> None:
        """Delete the files."""
        if self._folder.exists():
            with self._locked():
                self._clear()

    def tidy(self) -> None:
        """Delete the files unless they are of this embedder, and nothing was erased since."""
        if self._stamp() is None:
            self.drop()

    def _clear(self) -> None:
        for path in self._folder.glob("[!l]*"):  # all but the lock
            path.unlink()

    def _scored(self, query: Floats) -> tuple[Ints, Floats]:
        """Entries and scores of everything in the files, and of the tail they do not hold yet."""
        entries, matrix, place = self._mapped()
        owners = [np.asarray(entries)]
        scores = [matrix[at : at + BLOCK] @ query for at in range(0, len(entries), BLOCK)]
        while True:
            places, rows, vectors = self._store.vectors(self._fingerprint, place, BLOCK)
            if not len(places):
                return np.concatenate(owners), np.concatenate([np.empty(0, np.float32), *scores])
            owners.append(rows)
            scores.append(vectors @ query)
            place = int(places[-1])

    def _mapped(self) -> tuple[Ints, Floats, int]:
        """The files as arrays; nothing where there are none, or they have just been dropped."""
        stamp = self._stamp()
        try:
            if stamp and stamp.count:
                shape = (stamp.count, stamp.width)
                entries = np.memmap(self._folder / stamp.entries, np.int64, "r", shape=shape[:1])
                return (
                    entries,
                    np.memmap(self._folder / stamp.vectors, np.float32, "r", shape=shape),
                    stamp.place,
                )
        except FileNotFoundError:
            pass
        return np.empty(0, np.int64), np.empty((0, 0), np.float32), 0

    def _append(self, name: str, at: int, content: bytes) -> None:
        """Written at its place, so what an interrupted append left behind is overwritten."""
        path = self._folder / name
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(at)
            file.write(content)

    def _stamp(self) -> "Stamp | None":
        """None where there are no files, or those of another embedder or before an erasure."""
        try:
            stamp = Stamp(**json.loads((self._folder / "stamp.json").read_text()))
        except FileNotFoundError:
            return None
        return stamp if stamp.generation.startswith(self._mark()) else None

    def _mark(self) -> str:
        """What generations begin with: the embedder's, and of the time since the last erasure."""
        embedder = blake2b(self._fingerprint.encode(), digest_size=4).hexdigest()
        return f"{embedder}-{self._store.erasures()}-"

    def _write_stamp(self, stamp: "Stamp") -> None:
        """By renaming, so that a reader sees the old stamp or the new one."""
        path = self._folder / "stamp.part"
        path.write_text(json.dumps(asdict(stamp)))
        path.replace(self._folder / "stamp.json")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, also across processes; readers need no lock."""
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the files hold. A dropped index starts a new generation of files."""

    generation: str
    count: int = 0  # vectors
    place: int = 0  # of the last of them in the store
    width: int = 0

    @property
    def vectors(self) -> str:
        return f"vectors-{self.generation}.f32"

    @property
    def entries(self) -> str:
        return f"entries-{self.generation}.i64"


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
