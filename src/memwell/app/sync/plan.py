"""What is to be done so that folder and memory agree: a pure function of how both stand.

Of two sides that both changed neither wins: the memory's words stay in the file, and what the file
said is kept beside it, in a file whose name tells that it is in conflict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from memwell.app.sync.says import Says
from memwell.app.sync.state import Known


class Do(StrEnum):
    """What is done about one memory or file."""

    WRITE = "write"  # the file, from the memory
    REMOVE = "remove"  # the file of a memory that is gone
    UPDATE = "update"  # the memory, from the file
    ADD = "add"  # a memory, from a new file
    DELETE = "delete"  # the memory whose file is gone; it can be brought back
    RESTORE = "restore"  # a memory that had been deleted, and whose file is back
    CONFLICT = "conflict"  # keep both
    SETTLE = "settle"  # they agree: note it
    DROP = "drop"  # gone on both sides
    LEAVE = "leave"  # cannot be told; nothing is touched


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder as it was read."""

    name: str
    digest: str
    id: str | None = None
    version: int | None = None  # that its front matter names
    says: Says | None = None  # None for one that cannot be read
    fault: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)  # what it says and cannot change


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory as it stands, and what it said in every version."""

    version: int
    says: Says
    versions: Mapping[int, Says]
    fixed: Mapping[str, str] = field(default_factory=dict)
    alive: bool = True  # False for one that was deleted


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    do: Do
    id: str | None
    file: File | None
    why: str = ""


def planned(
    known: Mapping[str, Known], files: Mapping[str, File], memories: Mapping[str, Kept]
) -> Iterator[Step]:
    """A step for each memory that is on one of the sides or was."""
    for id in sorted({*known, *files, *memories}):
        yield _step(id, known.get(id), files.get(id), memories.get(id))


def _step(id: str, known: Known | None, file: File | None, kept: Kept | None) -> Step:
    if file and file.says is None:
        return Step(Do.LEAVE, id, file, file.fault)
    if kept and kept.alive:
        return _alive(id, known, file, kept) if file else _fileless(id, known, kept)
    if file:
        return _gone(id, known, file, kept)
    return Step(Do.DROP, id, None)


def _alive(id: str, known: Known | None, file: File, kept: Kept) -> Step:
    """Both sides hold it."""
    version = known.version if known else file.version
    base = kept.versions.get(version) if version else None
    if file.says == kept.says:
        same = file.fixed == kept.fixed
        return Step(Do.SETTLE if same else Do.WRITE, id, file, "" if same else "it is as before")
    if base and file.says == base:
        return Step(Do.WRITE, id, file, "it was changed in the memory")
    if base and kept.says == base:
        return Step(Do.UPDATE, id, file, f"edited in {file.name}")
    return Step(Do.CONFLICT, id, file, "it was changed in the memory and in the file")


def _fileless(id: str, known: Known | None, kept: Kept) -> Step:
    if known is None:
        return Step(Do.WRITE, id, None, "it is new")
    if kept.versions.get(known.version) == kept.says:
        return Step(Do.DELETE, id, None, f"{known.file} was deleted")
    return Step(Do.CONFLICT, id, None, "its file was deleted, and it was changed in the memory")


def _gone(id: str, known: Known | None, file: File, kept: Kept | None) -> Step:
    """The memory does not hold it, or no longer."""
    if known:
        base = kept.versions.get(known.version) if kept else None
        if file.digest == known.digest or (base and file.says == base):
            return Step(Do.REMOVE, id, file, "it was taken out of the memory")
        return Step(Do.CONFLICT, id, file, "it was taken out of the memory, and its file edited")
    if kept:
        return Step(Do.RESTORE, id, file, f"{file.name} is back")
    why = "its id is of no memory here; take the line `id` out of it to add it as a new one"
    return Step(Do.LEAVE, id, file, why)
