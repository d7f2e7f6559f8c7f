"""Where an index keeps its vectors: in files beside the store, or nowhere but in memory."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from zlib import crc32

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.index import folder as folders
from memwell.index.stamp import Checked, Stamp


class Matrix(Protocol):
    """Vectors [n, width] and the search entries [n] they belong to; it grows, or is cleared."""

    def locked(self) -> AbstractContextManager[None]:
        """One writer at a time; readers need no lock."""
        ...

    def stamp(self) -> Stamp | None: ...

    def append(self, stamp: Stamp, places: Ints, entries: Ints, vectors: Floats) -> Stamp:
        """Put these behind what the stamp says; returns the stamp that holds from then on."""
        ...

    def held(self, stamp: Stamp) -> tuple[Ints, Floats]:
        """Entries and vectors. Raises FileNotFoundError when they have just been cleared."""
        ...

    def clear(self) -> None: ...

    def exists(self) -> bool:
        """Whether there may be anything to clear."""
        ...


class InFiles:
    """Memory-mapped files in one folder. Damaged ones count as none."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._checked = folder, Checked(folder)

    def locked(self) -> AbstractContextManager[None]:
        """Also across processes."""
        return folders.locked(self._folder)

    def stamp(self) -> Stamp | None:
        stamp = Stamp.read(self._folder)
        return stamp if stamp and self._checked.sound(stamp) else None

    def append(self, stamp: Stamp, places: Ints, entries: Ints, vectors: Floats) -> Stamp:
        """Nothing waits for the disk: what a power cut takes does not fit the checksums."""
        contents = vectors.tobytes(), entries.tobytes()
        self._append(stamp.vectors, stamp.count * vectors.shape[1] * 4, contents[0])
        self._append(stamp.entries, stamp.count * 8, contents[1])
        sums = crc32(contents[0], stamp.sums[0]), crc32(contents[1], stamp.sums[1])
        after = replace(stamp.grown(places, vectors.shape[1]), sums=sums)
        after.write(self._folder)
        self._checked.wrote(after)
        return after

    def held(self, stamp: Stamp) -> tuple[Ints, Floats]:
        shape = (stamp.count, stamp.width)
        entries = np.memmap(self._folder / stamp.entries, np.int64, "r", shape=shape[:1])
        return entries, np.memmap(self._folder / stamp.vectors, np.float32, "r", shape=shape)

    def clear(self) -> None:
        folders.clear(self._folder)

    def exists(self) -> bool:
        return self._folder.exists()

    def _append(self, name: str, at: int, content: bytes) -> None:
        """Written at its place, so what an interrupted append left behind is overwritten."""
        path = self._folder / name
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(at)
            file.write(content)


class InMemory:
    """Arrays of this process, for memories whose vectors must not lie on disk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._entries: Ints = np.empty(0, np.int64)
        self._vectors: Floats = np.empty((0, 0), np.float32)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def stamp(self) -> Stamp | None:
        return self._stamp

    def append(self, stamp: Stamp, places: Ints, entries: Ints, vectors: Floats) -> Stamp:
        """Arrays that are full are replaced by larger ones; readers of the old ones go on."""
        after = stamp.grown(places, vectors.shape[1])
        if after.count > len(self._entries):
            self._grow(stamp.count, 2 * after.count, vectors.shape[1])
        self._entries[stamp.count : after.count] = entries
        self._vectors[stamp.count : after.count] = vectors
        self._stamp = after
        return after

    def held(self, stamp: Stamp) -> tuple[Ints, Floats]:
        entries, vectors = self._entries, self._vectors
        if len(entries) < stamp.count:
            raise FileNotFoundError
        return entries[: stamp.count], vectors[: stamp.count]

    def clear(self) -> None:
        self._stamp = None
        self._entries, self._vectors = np.empty(0, np.int64), np.empty((0, 0), np.float32)

    def exists(self) -> bool:
        return self._stamp is not None

    def _grow(self, count: int, size: int, width: int) -> None:
        entries, vectors = np.empty(size, np.int64), np.empty((size, width), np.float32)
        entries[:count] = self._entries[:count]
        if count:
            vectors[:count] = self._vectors[:count]
        self._entries, self._vectors = entries, vectors
