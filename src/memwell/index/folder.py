"""A folder of index files: one writer at a time, and all of it can be deleted."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "lock"  # the one file that stays


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other writers out, also those of other processes; the folder is made at need."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / LOCK
    with lock.open("r" if lock.exists() else "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def clear(folder: Path) -> None:
    """Delete all files but the lock, which others may hold."""
    for path in folder.glob("*"):
        if path.name != LOCK:
            path.unlink()
