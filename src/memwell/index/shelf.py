"""Where segments of postings lie: in files beside the store, or nowhere but in memory."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Protocol

from memwell.index import folder as folders
from memwell.index import note
from memwell.index.segment import Segment

FILE = "listing.json"


@dataclass(frozen=True, slots=True)
class Listing:
    """Which segments there are, in order. What is dropped starts a new generation."""

    generation: str
    row: int = 0  # the last one they hold
    names: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()  # rows of each

    def with_last(self, segment: Segment, replaced: int) -> "Listing":
        """After a segment took the place of so many at the end."""
        kept = len(self.names) - replaced
        last = int(segment.rows[-1])
        return Listing(
            self.generation,
            last,
            (*self.names[:kept], f"segment-{self.generation}-{kept}-{last}"),
            (*self.sizes[:kept], len(segment.rows)),
        )


class Shelf(Protocol):
    """Segments by name; one is put there, or all are cleared away."""

    def locked(self) -> AbstractContextManager[None]:
        """One writer at a time; readers need no lock."""
        ...

    def listing(self) -> Listing | None: ...

    def put(self, segment: Segment, after: Listing, replaced: Sequence[str]) -> None:
        """Put it under the last name listed; from then on the new listing holds."""
        ...

    def segment(self, name: str) -> Segment:
        """The one of that name. Raises FileNotFoundError when it has just been replaced.

        Raises ValueError when it is damaged.
        """
        ...

    def clear(self) -> None: ...

    def exists(self) -> bool:
        """Whether there may be anything to clear."""
        ...


class SegmentFiles:
    """Memory-mapped files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def locked(self) -> AbstractContextManager[None]:
        """Also across processes."""
        return folders.locked(self._folder)

    def listing(self) -> Listing | None:
        found = note.read(self._folder / FILE)
        if found is None or found.keys() != {field.name for field in fields(Listing)}:
            return None
        return Listing(**{**found, "names": tuple(found["names"]), "sizes": tuple(found["sizes"])})

    def put(self, segment: Segment, after: Listing, replaced: Sequence[str]) -> None:
        segment.save(self._folder / after.names[-1])
        note.write(self._folder / FILE, asdict(after))
        for name in replaced:
            (self._folder / name).unlink(missing_ok=True)

    def segment(self, name: str) -> Segment:
        return Segment.opened(self._folder / name)

    def clear(self) -> None:
        folders.clear(self._folder)

    def exists(self) -> bool:
        return self._folder.exists()


class SegmentsInMemory:
    """Arrays of this process, for memories whose words must not lie on disk, hashed or not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listing: Listing | None = None
        self._segments: dict[str, Segment] = {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._lock:
            yield

    def listing(self) -> Listing | None:
        return self._listing

    def put(self, segment: Segment, after: Listing, replaced: Sequence[str]) -> None:
        kept = {name: held for name, held in self._segments.items() if name not in replaced}
        self._segments = {**kept, after.names[-1]: segment}
        self._listing = after

    def segment(self, name: str) -> Segment:
        if name not in self._segments:
            raise FileNotFoundError(name)
        return self._segments[name]

    def clear(self) -> None:
        self._listing, self._segments = None, {}

    def exists(self) -> bool:
        return self._listing is not None
