"""What an index holds, and whether its files still do."""

import dataclasses
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zlib import crc32

from memwell.core.evidence import Ints
from memwell.index import note

FILE = "stamp.json"
PIECE = 1 << 22  # bytes read at a time when a file is checked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a matrix holds. A dropped index starts a new generation."""

    generation: str
    count: int = 0  # vectors
    place: int = 0  # of the last of them in the store
    width: int = 0
    sums: tuple[int, int] = (0, 0)  # checksums of the files, where there are files

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

    def write(self, folder: Path) -> None:
        note.write(folder / FILE, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "Stamp | None":
        """None where there is none, or it is not as it was written, or not in this form."""
        fields = note.read(folder / FILE)
        if fields is None or fields.keys() != {field.name for field in dataclasses.fields(cls)}:
            return None
        return cls(**{**fields, "sums": tuple(fields["sums"])})


class Checked:
    """Remembers which files were found sound: each byte is read for that once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: Stamp | None = None

    def wrote(self, stamp: Stamp) -> None:
        """These files were just written here."""
        self._last = stamp

    def sound(self, stamp: Stamp) -> bool:
        """Whether the files hold what was written to them; False also when they are gone."""
        seen = self._last
        if seen is None or seen.generation != stamp.generation or seen.count > stamp.count:
            seen = Stamp(stamp.generation)
        if seen.count < stamp.count:
            try:
                found = self._sums(seen, stamp)
            except FileNotFoundError:
                return False
            if found != stamp.sums:
                log.warning("the index in %s is damaged; it is made anew", self._folder)
                return False
            self._last = stamp
        return True

    def _sums(self, seen: Stamp, stamp: Stamp) -> tuple[int, ...]:
        """Checksums of both files up to the stamp, continued from what was seen before."""
        files = ((stamp.vectors, stamp.width * 4), (stamp.entries, 8))
        return tuple(
            _checksum(self._folder / name, seen.count * size, stamp.count * size, known)
            for (name, size), known in zip(files, seen.sums, strict=True)
        )


def _checksum(path: Path, begin: int, end: int, known: int) -> int:
    """Of a file up to its end, continued from what is known of it up to the beginning."""
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (piece := file.read(min(PIECE, end - begin))):
            known = crc32(piece, known)
            begin += len(piece)
    return known
