"""Brings a backup back: everything is verified before anything takes its place."""

import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from memwell.core.errors import Damaged, InvalidInput
from memwell.kernel.backup import manifest
from memwell.kernel.backup.manifest import Manifest
from memwell.kernel.doctor.doctor import LOG, OPENING, doctor
from memwell.kernel.doctor.examine import FIRST, Health, patient_in
from memwell.kernel.doctor.salvage import open_elsewhere
from memwell.store import durable
from memwell.store.problems import reported
from memwell.store.seal import opened

UNREADABLE = (LOG, OPENING, FIRST)  # checks of whether the database can be read at all
BROKEN = (tarfile.TarError, EOFError, zlib.error)

Told = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class Restored:
    """A memory that came from a backup."""

    folder: Path
    manifest: Manifest
    health: Health  # what the doctor says of it


def restore(
    source: str | Path,
    folder: str | Path,
    *,
    replace: bool = False,
    key: bytes | str | Path | None = None,
    told: Told = lambda *_: None,
) -> Restored:
    """Make a memory of a backup.

    Args:
        source: The backup: a folder, or a .tar or .tar.gz file.
        folder: Where the memory is to be.
        replace: Take the place of a memory that is there. It is kept aside until the new one has
            been opened and looked at, and deleted then.
        key: Opens an encrypted memory, to look at it.
        told: Called with the bytes that were read, and all there are.

    Raises InvalidInput when it is no backup, or when there is something in the folder, Damaged when
    it is not as it was written, StoreError while somebody has the memory open. Then nothing was
    changed.
    """
    source, folder = Path(source), Path(folder)
    _check_place(folder, replace=replace)
    part = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with reported(source, f"{source} was not restored to {folder}"):
            durable.make(part)
            found = _unpacked(source, part, told)
            health = _proven(part, source, key)
            _exchange(part, folder, key)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Restored(folder, found, health)


def _check_place(folder: Path, *, replace: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InvalidInput(f"{folder} is no folder; name one for the memory")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / "memory.db").is_file():
        raise InvalidInput(f"{folder} is not empty and holds no memory; name another folder")
    if not replace:
        raise InvalidInput(f"there is a memory in {folder}; name another folder, or say --replace")
    open_elsewhere(folder / "memory.db")


def _unpacked(source: Path, part: Path, told: Told) -> Manifest:
    """All files, verified while they are written."""
    if source.is_dir():
        return _from_folder(source, part, told)
    if not source.is_file():
        raise InvalidInput(f"there is no backup {source}")
    try:
        with tarfile.open(source, "r|*") as tar:
            return _from_archive(tar, source, part, told)
    except BROKEN as error:
        raise Damaged(f"{source} is damaged, or no backup: {error}; take another one") from error


def _from_folder(source: Path, part: Path, told: Told) -> Manifest:
    with _opened(source, manifest.FILE) as file:
        found = manifest.load(file.read(manifest.MOST), source)
    done = 0
    for name, held in found.files.items():
        with _opened(source, name) as file:
            _write(part, name, file, found)
        done += held.bytes
        told(done, found.size)
    return found


def _from_archive(tar: tarfile.TarFile, source: Path, part: Path, told: Told) -> Manifest:
    """Members in order, the manifest first: nothing is unpacked that it does not name."""
    members = _plain(tar, source)
    first = next(members, None)
    if first is None or first.name != manifest.FILE or first.size > manifest.MOST:
        raise InvalidInput(f"{source} is no backup: it does not begin with {manifest.FILE}")
    found = manifest.load(_content(tar, first).read(), source)
    missing, done = dict(found.files), 0
    for member in members:
        held = missing.pop(member.name, None)
        if held is None or held.bytes != member.size:
            raise InvalidInput(f"{source} holds what its manifest does not name: {member.name!r}")
        _write(part, member.name, _content(tar, member), found)
        done += held.bytes
        told(done, found.size)
    if missing:
        raise Damaged(f"{next(iter(missing))} is missing in {source}; take another backup")
    return found


def _plain(tar: tarfile.TarFile, source: Path) -> Iterator[tarfile.TarInfo]:
    """Regular files; links and all else have no place in a backup."""
    for member in tar:
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.issparse():
            raise InvalidInput(f"{source} holds {member.name!r}, which is no plain file")
        yield member


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    assert file is not None
    return file


def _opened(source: Path, name: str) -> IO[bytes]:
    """A regular file; no part of the way to it may be a link. Raises Damaged and InvalidInput."""
    way = source
    for step in Path(name).parts:
        way = way / step
        if way.is_symlink():
            raise InvalidInput(f"{way} is a link, which has no place in a backup")
    try:
        handle = os.open(way, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError as error:
        kind = InvalidInput if name == manifest.FILE else Damaged
        raise kind(f"{name} is missing in {source}; take another backup") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise InvalidInput(f"{way} is no plain file")
    return os.fdopen(handle, "rb")


def _write(part: Path, name: str, file: IO[bytes], found: Manifest) -> None:
    """The manifest's names are checked; so this stays below the folder."""
    target = part / name
    durable.make(target.parent)
    with target.open("xb") as written:
        manifest.copy(file, written, found.files[name], name)
        written.flush()
        os.fsync(written.fileno())


def _proven(part: Path, source: Path, key: bytes | str | Path | None) -> Health:
    """What the doctor says; a database that cannot be read is not restored."""
    health = doctor(part, key=key)
    if any(finding.check in UNREADABLE and finding.grave for finding in health.findings):
        raise Damaged(f"the database in {source} is damaged; take another backup")
    with patient_in(part, opened(part, key)) as patient:
        patient.store.governance.note("restore", datetime.now(UTC))
    return health


def _exchange(part: Path, folder: Path, key: bytes | str | Path | None) -> None:
    """The new one takes the place; the old one is put back if that fails, and deleted if not."""
    aside = folder.with_name(f".{folder.name}.replaced")
    shutil.rmtree(aside, ignore_errors=True)
    old = folder.is_dir()
    if old:
        folder.rename(aside)
    try:
        part.rename(folder)
        durable.sync(folder.parent)
        with patient_in(folder, opened(folder, key)) as patient:
            patient.rows("SELECT count(*) FROM version")
    except BaseException:
        if old:
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
