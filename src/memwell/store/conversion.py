"""Encrypts a plain memory, decrypts an encrypted one, or changes what it is encrypted with.

The new database is made beside the old one and checked, then it takes the old one's place in one
step. A process that is killed leaves a whole memory: the old one before that step, the new one
after it; `seal.json` says which. A memory that is being rotated opens with the old key until the
very end, and with the new key from then on. What an interruption left behind is cleared away when
any of these is run again.
"""

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

from memwell.core.errors import InvalidInput, NotFound
from memwell.store import durable, header
from memwell.store.blobs import BlobStore
from memwell.store.copying import copy, named
from memwell.store.exclusive import alone
from memwell.store.header import FILE, PART, Header
from memwell.store.key import SIZE, Key
from memwell.store.seal import DATABASE, Seal, opened


def encrypt(folder: Path, key: Key) -> None:
    """From now on the memory opens with the key only.

    Raises InvalidInput when it is encrypted already, and StoreError when it is open elsewhere;
    nothing is changed then.
    """
    before = Header.read(folder)
    if _settled(folder, key):
        if before and before.goal == "encrypted":
            return
        raise InvalidInput(
            f"the memory in {folder} is encrypted already; `memwell key rotate` changes its key"
        )
    data_key = os.urandom(SIZE)
    last = header.made(key, data_key)
    _convert(folder, Seal(), Seal(data_key), replace(last, goal="encrypted"), last)


def decrypt(folder: Path, key: Key) -> None:
    """From now on the memory is plain, for everybody to read.

    Raises InvalidInput when it is plain already, Locked when it is another key, and StoreError
    when it is open elsewhere; nothing is changed then.
    """
    before = Header.read(folder)
    seal = _settled(folder, key)
    if not seal and before and before.goal == "plain":
        return
    found = _encrypted(folder, seal)
    _convert(folder, seal, Seal(), replace(found, goal="plain"), None)


def rotate(folder: Path, old: Key, new: Key) -> None:
    """Encrypt everything anew, so that neither the old key nor what it opened is of use any more.

    Raises like `decrypt`.
    """
    seal = _settled(folder, old)
    _encrypted(folder, seal)
    data_key = os.urandom(SIZE)
    begun = header.made(old, seal.data_key or b"", data_key)
    _convert(
        folder, seal, Seal(data_key), replace(begun, goal="rotated"), header.made(new, data_key)
    )


def _convert(folder: Path, before: Seal, after: Seal, begun: Header, last: Header | None) -> None:
    """The steps, in the one order in which every interruption leaves a memory that opens."""
    part, first = folder / PART, Header.read(folder)
    with alone(folder / DATABASE, before) as source:
        try:
            begun.write(folder)
            copy(source, part, after, _rewrapped(folder, source, before, after))
            replace(begun, ready=True).write(folder)
        except BaseException:
            _end(folder, source, before, first)
            raise
        with alone(part, after) as made:
            _take_its_place(part, folder / DATABASE)
            _end(folder, made, after, last)


def _settled(folder: Path, key: Key) -> Seal:
    """The seal of the memory, after what an interrupted conversion left behind is cleared away."""
    if not (folder / DATABASE).is_file():
        raise NotFound(f"there is no memory in {folder}")
    found = Header.read(folder)
    seal = opened(folder, key) if found and found.encrypts(folder) else Seal()
    if found and found.goal:
        settled = _after(found, folder) if seal else None
        with alone(folder / DATABASE, seal) as connection:
            _end(folder, connection, seal, settled)
    return seal


def _after(found: Header, folder: Path) -> Header:
    """The header of an encrypted memory whose conversion goes no further."""
    rotated = found.goal == "rotated" and found.arrived(folder)
    wrapped = (rotated and found.upcoming) or found.wrapped
    return replace(found, wrapped=wrapped, goal=None, ready=False, upcoming=None)


def _encrypted(folder: Path, seal: Seal) -> Header:
    found = Header.read(folder)
    if not seal or not found:
        raise InvalidInput(
            f"the memory in {folder} is not encrypted; `memwell key encrypt` does that"
        )
    return found


def _rewrapped(
    folder: Path, source: sqlite3.Connection, before: Seal, after: Seal
) -> dict[str, str]:
    """Every blob once more, under the new seal; its new digest by the old one."""
    old = BlobStore(folder / "blobs", before.envelope)
    new = BlobStore(folder / "blobs", after.envelope)
    return {digest: new.write(old.read(digest)) for digest in named(source)}


def _take_its_place(part: Path, database: Path) -> None:
    """Whoever still waits for the old file finds nothing there that could be read or written."""
    with database.open("r+b", buffering=0) as old:
        part.replace(database)
        durable.sync(database.parent)
        durable.overwrite(old.fileno())


def _end(folder: Path, connection: sqlite3.Connection, seal: Seal, last: Header | None) -> None:
    """What the memory under this seal does not need goes; the header says that it has come so."""
    keep, suffix = named(connection), seal.envelope.suffix
    for path in (folder / "blobs").glob("*/*"):
        if path.suffix != suffix or path.stem not in keep:
            durable.destroy(path)
    if seal:
        for path in filter(Path.is_file, (folder / "index").rglob("*")):
            durable.destroy(path)
    if last:
        last.write(folder)
    else:
        (folder / FILE).unlink(missing_ok=True)
        durable.sync(folder)
    for path in folder.glob("*.part*"):  # also half-written headers
        path.unlink()
