"""What the folder and the memory agreed on when they were last brought together.

It lies in the folder itself, so that it travels with it; it may have been written by anybody, so
that no name in it is trusted to stay inside.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

from memwell.core.errors import InvalidInput
from memwell.store import durable

NAME = ".memwell-sync.json"
FORMAT = "memwell-sync/1"
LARGEST = 256 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Known:
    """One memory and its file as they were then."""

    file: str  # under the folder, with slashes
    version: int  # of the memory
    digest: str  # sha256 of the file


@dataclass
class State:
    """All of them, and whose they are."""

    owner: Mapping[str, str]
    files: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, owner: Mapping[str, str]) -> Self:
        """An empty one where there is none. Raises InvalidInput."""
        path = folder / NAME
        if path.is_symlink():
            raise InvalidInput(f"{path} is a link to somewhere else; remove it")
        if not path.exists():
            return cls(owner)
        try:
            if path.stat().st_size > LARGEST:
                raise InvalidInput(f"{path} is too large to be what a sync wrote")
            found = json.loads(path.read_bytes())
            files = {str(id): _known(each) for id, each in found["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
            raise InvalidInput(
                f"{path} cannot be read ({fault}); delete it, and the next sync compares anew"
            ) from fault
        if found.get("format") != FORMAT:
            raise InvalidInput(f"{path} is of another format; upgrade memwell")
        if found.get("owner") != dict(owner):
            raise InvalidInput(
                f"{path.parent} was synced with another memory, or another user's or branch's part "
                "of it; give every one of them a folder of its own"
            )
        return cls(owner, files)

    def write(self, folder: Path) -> None:
        """Whole, or not at all."""
        files = {
            id: {"file": known.file, "version": known.version, "digest": known.digest}
            for id, known in sorted(self.files.items())
        }
        told = {"format": FORMAT, "owner": dict(self.owner), "files": files}
        durable.write(folder / NAME, json.dumps(told, indent=1, ensure_ascii=False).encode())


def _known(fields: Any) -> Known:
    file = str(fields["file"])
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or "\\" in file or path.suffix != ".md":
        raise InvalidInput(f"it names the file {file[:80]!r}, which is none of a sync")
    return Known(file, int(fields["version"]), str(fields["digest"]))
