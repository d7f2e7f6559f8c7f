"""Memories on disks that take no writing: they are read as they are."""

import os
import sqlite3
from pathlib import Path

OWN_INDEX = "vfs=unix-none"


def is_read_only(path: Path) -> bool:
    """True for a database that is there and that this process may not write to, or not beside."""
    return path.exists() and not all(os.access(each, os.W_OK) for each in (path, path.parent))


def address(path: Path) -> str:
    """How SQLite is told to open a database to read it, by what lies beside the file.

    With a shared index there, somebody may be writing, and SQLite follows them; so it does where it
    can make one. A log without one is what a crash left: it is read through an index in this
    process. Without either the file is all there is, and SQLite is told that it never changes.
    """
    if _beside(path, "-shm").exists() or not is_read_only(path):
        options = "mode=ro"
    elif _has_log(path):
        options = f"mode=ro&{OWN_INDEX}"
    else:
        options = "immutable=1"
    return f"{path.absolute().as_uri()}?{options}"


def prepare(connection: sqlite3.Connection, address: str) -> None:
    """To be called before anything is read."""
    if address.endswith(OWN_INDEX):
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # with it the index stays in memory


def _has_log(path: Path) -> bool:
    log = _beside(path, "-wal")
    return log.exists() and log.stat().st_size > 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
