"""Makes a backup: a folder, or one .tar or .tar.gz file; whole, or not there."""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from memwell.core.errors import InvalidInput
from memwell.core.governance import Copy
from memwell.kernel.backup import manifest
from memwell.kernel.backup.manifest import Held, Manifest
from memwell.store import durable, snapshot
from memwell.store.blobs import Blobs, BlobStore
from memwell.store.problems import reported
from memwell.store.sql import SQLStore
from memwell.store.sqlite import SQLiteStore

ARCHIVES = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz"}
BESIDE = ("seal.json",)  # what a memory's folder may hold beside the database and the blobs

Told = Callable[[int, int], None]  # bytes done, bytes in all


def backup(
    store: SQLStore, blobs: Blobs, path: Path, now: datetime, told: Told = lambda *_: None
) -> Manifest:
    """Copy the memory as it is at this moment, while others go on writing.

    Everything acknowledged before the call is in it. It is noted in the memory's list of copies.
    Raises InvalidInput when there is something at the path and for a database on a server, DiskFull
    and ReadOnly.
    """
    if not isinstance(store, SQLiteStore) or not isinstance(blobs, BlobStore):
        raise InvalidInput(
            "a database on a server is backed up there: pg_dump --schema=memwell, or the server's "
            "own backups; `memwell move` copies it into a folder"
        )
    if path.exists() or path.is_symlink():
        raise InvalidInput(f"{path} is there already; give the backup another name")
    if not path.parent.is_dir():
        raise InvalidInput(f"there is no folder {path.parent} to put the backup in")
    with reported(path, f"no backup was made in {path}"), _unfinished(path) as part:
        made = _gathered(store, blobs, part, path, now, told)
        _finish(part, path, made)
    return made


def archive_mode(path: Path) -> str | None:
    """How tarfile writes a file of this name; None for a folder."""
    return next((mode for end, mode in ARCHIVES.items() if path.name.endswith(end)), None)


def _gathered(
    store: SQLiteStore, blobs: BlobStore, part: Path, path: Path, now: datetime, told: Told
) -> Manifest:
    """All files in a folder. The moment is fixed while nobody writes, and noted with it."""
    with store.noted_moment(Copy(str(path.resolve()), "backup", now, 0)) as (reader, journal):
        digests = snapshot.blobs(reader)
        sizes = [_size(blobs.path(digest)) for digest in digests]
        database = os.stat(store.path).st_size  # noqa: PTH116 (opening it would drop SQLite's locks)
        whole, done = database + sum(sizes), 0
        snapshot.copy(
            store.files, reader, part / "memory.db",
            lambda pages, all_: told(database * pages // max(all_, 1), whole),
        )  # fmt: skip
    files = {"memory.db": _sum(part / "memory.db")}
    done = database
    for digest, size in zip(digests, sizes, strict=True):
        source = blobs.path(digest)
        name = f"blobs/{digest[:2]}/{source.name}"
        held = _copied(source, part / name)
        if held:
            files[name] = held
        done += size
        told(done, whole)
    for name in BESIDE:
        if (store.path.parent / name).is_file():
            held = _copied(store.path.parent / name, part / name)
            files |= {name: held} if held else {}
    return Manifest(now.isoformat(), journal, files)


def _finish(part: Path, path: Path, made: Manifest) -> None:
    """The name appears when everything is on disk."""
    (part / manifest.FILE).write_bytes(made.dump())
    mode = archive_mode(path)
    if mode is None:
        for each in (*part.rglob("*"), part):
            durable.sync(each)
        part.rename(path)
    else:
        packed = part.with_suffix(".packed")
        try:
            with tarfile.open(packed, mode) as tar:  # type: ignore[call-overload]
                for name in (manifest.FILE, *made.files):
                    tar.add(part / name, arcname=name, recursive=False)
            durable.sync(packed)
            os.link(packed, path)  # fails when something took the name meanwhile
        finally:
            packed.unlink(missing_ok=True)
    durable.sync(path.parent)


def _copied(source: Path, target: Path) -> Held | None:
    """None when it is gone: it was forgotten meanwhile, or is missing from the memory itself."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as read, target.open("xb") as written:
            return manifest.copy(read, written, None, source.name)
    except FileNotFoundError:
        return None


def _sum(path: Path) -> Held:
    with path.open("rb") as file:
        return manifest.copy(file, None, None, path.name)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A folder beside the path, gone at the end whatever happens."""
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
