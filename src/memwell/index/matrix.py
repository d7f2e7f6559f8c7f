"""Where an index keeps its vectors: in files beside the store, or nowhere but in memory."""

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a matrix holds. A dropped index starts a new generation."""

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

    def grown(self, places: Ints, width: int) -> "Stamp":
        """After vectors with these places in the store were appended."""
        count = self.count + len(places)
        return replace(self, count=count, place=int(places[-1]), width=width)


class Matrix(Protocol):
    """Vectors [n, width] and the search entries [n] they belong to; it grows, or is cleared."""

    def locked(self) -> AbstractContextManager[None]:
        """One writer at a time; readers need no lock."""
        ...

    def stamp(self) -> Stamp | None: ...

    def append(self, stamp: Stamp, entries: Ints, vectors: Floats, after: Stamp) -> None:
        """Put these behind what the stamp says; from then on the new stamp holds."""
        ...

    def held(self, stamp: Stamp) -> tuple[Ints, Floats]:
        """Entries and vectors. Raises FileNotFoundError when they have just been cleared."""
        ...

    def clear(self) -> None: ...

    def exists(self) -> bool:
        """Whether there may be anything to clear."""
        ...


class InFiles:
    """Memory-mapped files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Also across processes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def stamp(self) -> Stamp | None:
        try:
            return Stamp(**json.loads((self._folder / "stamp.json").read_text()))
        except FileNotFoundError:
            return None

    def append(self, stamp: Stamp, entries: Ints, vectors: Floats, after: Stamp) -> None:
        self._append(stamp.vectors, stamp.count * vectors.shape[1] * 4, vectors.tobytes())
        self._append(stamp.entries, stamp.count * 8, entries.tobytes())
        self._write_stamp(after)

    def held(self, stamp: Stamp) -> tuple[Ints, Floats]:
        shape = (stamp.count, stamp.width)
        entries = np.memmap(self._folder / stamp.entries, np.int64, "r", shape=shape[:1])
        return entries, np.memmap(self._folder / stamp.vectors, np.float32, "r", shape=shape)

    def clear(self) -> None:
        for path in self._folder.glob("[!l]*"):  # all but the lock
            path.unlink()

    def exists(self) -> bool:
        return self._folder.exists()

    def _append(self, name: str, at: int, content: bytes) -> None:
        """Written at its place, so what an interrupted append left behind is overwritten."""
        path = self._folder / name
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(at)
            file.write(content)

    def _write_stamp(self, stamp: Stamp) -> None:
        """By renaming, so that a reader sees the old stamp or the new one."""
        path = self._folder / "stamp.part"
        path.write_text(json.dumps(asdict(stamp)))
        path.replace(self._folder / "stamp.json")


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

    def append(self, stamp: Stamp, entries: Ints, vectors: Floats, after: Stamp) -> None:
        """Arrays that are full are replaced by larger ones; readers of the old ones go on."""
        if after.count > len(self._entries):
            self._grow(stamp.count, 2 * after.count, vectors.shape[1])
        self._entries[stamp.count : after.count] = entries
        self._vectors[stamp.count : after.count] = vectors
        self._stamp = after

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
