"""Who has a database open: its files cannot be exchanged under them."""

import fcntl
import os
import struct
from pathlib import Path

from memwell.store.handles import is_kept

# What SQLite locks while it has a database open: bytes of the file, and of the shared index.
SHARED = (0x40000002, 510)
ALIVE = (128, 1)
FLOCK = "hhqqi4x"  # type, whence, start, length, process


def holder(path: Path) -> int | None:
    """The id of a process that has the database open, this one included; None where none is seen.

    Locks on network file systems and in other containers may stay unseen.
    """
    if _is_open_here(path):
        return os.getpid()
    shared = path.with_name(path.name + "-shm")
    return _locked(path, *SHARED) or _locked(shared, *ALIVE)


def _is_open_here(path: Path) -> bool:
    """Asked first, because closing a file drops all locks that this process has on it."""
    if not path.exists():
        return False
    wanted = path.stat()
    open_files = Path("/proc/self/fd")
    for handle in list(open_files.iterdir()) if open_files.is_dir() else ():
        try:
            found = handle.stat()
        except OSError:
            continue
        same = (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
        if same and not is_kept(int(handle.name)):
            return True
    return False


def _locked(path: Path, start: int, length: int) -> int | None:
    if not path.exists():
        return None
    asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, start, length, 0)
    handle = os.open(path, os.O_RDONLY)
    try:
        answer = fcntl.fcntl(handle, fcntl.F_GETLK, asked)
    finally:
        os.close(handle)
    kind, _, _, _, process = struct.unpack(FLOCK, answer)
    return None if kind == fcntl.F_UNLCK else process
