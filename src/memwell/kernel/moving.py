"""Moves a memory between a folder and a database, or between two of a kind, with all it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from memwell.core.access import Sensitivity
from memwell.core.branch import MAIN
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.governance import Copy
from memwell.core.scope import Scope
from memwell.store import moving
from memwell.store.address import has_memory, is_database, shown
from memwell.store.place import Database, Place, located
from memwell.store.sql import SQLStore

Told = Callable[[int, int], None]  # rows done, rows in all


@dataclass(frozen=True, slots=True)
class Moved:
    """How much there is in both now."""

    rows: int
    blobs: int
    journal: int  # its last number


def move(
    source: str | Path,
    target: str | Path,
    now: datetime,
    *,
    key: bytes | str | Path | None = None,
    told: Told = lambda *_: None,
) -> Moved:
    """Copy a whole memory into an empty place: all tenants, branches, versions, grants, journal.

    Folders are named by paths, databases by URLs; a key is that of encrypted folders. The source
    stays as it is, but for a note that there is a copy; nobody writes to it meanwhile. Vectors and
    tensors come along. Raises NotFound when there is no memory in the source, InvalidInput when
    there is anything in the target; then nothing is changed there.
    """
    if not is_database(source) and not has_memory(Path(source)):
        raise NotFound(f"there is no memory in {source}")
    if not is_database(target) and has_memory(Path(target)):
        raise InvalidInput(f"there is a memory in {target} already; name a new folder")
    ways = [_place(each, key) for each in (source, target)]
    opened: list[SQLStore] = []
    try:
        opened += [way.store(Scope(), MAIN, Sensitivity.SECRET) for way in ways]
        moved = _copied(ways, opened, told)
        if not opened[0].read_only:
            copied = Copy(shown(target), "move", now, moved.journal)
            opened[0].governance.copied(copied)
    finally:
        for store in opened:
            store.close()
    return moved


def _place(name: str | Path, key: bytes | str | Path | None) -> Place:
    return Database(str(name)) if is_database(name) else located(name, key)


def _copied(ways: list[Place], stores: list[SQLStore], told: Told) -> Moved:
    """Blobs first, and everything else in one transaction: it is there as a whole or not at all."""
    source, target = stores
    held, taken = (way.blobs(store) for way, store in zip(ways, stores, strict=True))
    with source.connections.transaction() as read, target.connections.transaction() as written:
        renamed = {digest: taken.write(held.read(digest)) for digest in source.blobs_named()}
        rows = moving.copy(read, written, renamed, told)
    return Moved(rows, len(renamed), target.sequence())
