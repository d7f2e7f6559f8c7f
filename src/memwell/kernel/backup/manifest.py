"""What a backup holds: every file with its length and sha256, in manifest.json."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from memwell.core.errors import Damaged, InvalidInput

FILE = "manifest.json"
FORMAT = "memwell-backup/1"
MOST = 256 << 20  # bytes of a manifest that is read: some two million files
PIECE = 1 << 20

# The only names that a backup may hold: nothing of it can be written anywhere else.
NAMES = re.compile(r"memory\.db|seal\.json|blobs/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z]{1,16}")


@dataclass(frozen=True, slots=True)
class Held:
    """One file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    at: str  # when it was made
    journal: int  # the journal's last sequence number in it
    files: Mapping[str, Held] = field(default_factory=dict)
    format: str = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(held.bytes for held in self.files.values())

    def dump(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def load(content: bytes, where: Path) -> Manifest:
    """The manifest. Raises InvalidInput when these are not the words of one."""
    try:
        fields = json.loads(content)
        if fields["format"] != FORMAT:
            raise InvalidInput(f"{where} is a backup in the format {fields['format']}; upgrade")
        files = {str(name): Held(**held) for name, held in fields.pop("files").items()}
        datetime.fromisoformat(fields["at"])
        found = Manifest(**fields, files=files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(f"{where} is no backup of a memory: {error}") from error
    for name, held in found.files.items():
        _check(name, held, where)
    if "memory.db" not in found.files:
        raise InvalidInput(f"{where} is no backup of a memory: its manifest names no database")
    return found


def copy(source: IO[bytes], target: IO[bytes] | None, held: Held | None, name: str) -> Held:
    """Bytes from one file to another, summed up on the way.

    With what it should hold: raises Damaged as soon as it holds something else.
    """
    total, size = hashlib.sha256(), 0
    for piece in _pieces(source):
        size += len(piece)
        if held and size > held.bytes:
            break
        total.update(piece)
        if target:
            target.write(piece)
    found = Held(size, total.hexdigest())
    if held and found != held:
        raise Damaged(f"{name} in the backup is not as it was written; take another backup")
    return found


def _check(name: str, held: Held, where: Path) -> None:
    sound = (
        NAMES.fullmatch(name)
        and type(held.bytes) is int
        and held.bytes >= 0
        and re.fullmatch(r"[0-9a-f]{64}", str(held.sha256))
    )
    if not sound:
        raise InvalidInput(f"{where} names a file that no backup holds: {name[:100]!r}")


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece
