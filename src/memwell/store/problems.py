"""What SQLite and the file system report, in words that say what to do next."""

import errno
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memwell.core.errors import Damaged, DiskFull, ReadOnly, StoreError
from memwell.store.driver import errors

FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError)

WORDS = {
    "is full": sqlite3.SQLITE_FULL,
    "readonly database": sqlite3.SQLITE_READONLY,
    "malformed": sqlite3.SQLITE_CORRUPT,
    "not a database": sqlite3.SQLITE_NOTADB,
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "unable to open": sqlite3.SQLITE_CANTOPEN,
    "is locked": sqlite3.SQLITE_BUSY,
}

MAKE_ROOM = "the disk is full; make room and try again"
COPY = "it may not be written to; it can be read, and a copy of its folder written to"
RESTORE = "it is damaged; restore it from a backup, or export what can still be read"


@contextmanager
def reported(path: Path, doing: str) -> Iterator[None]:
    """Raises StoreErrors for what goes wrong inside; `doing` names the work and the file."""
    try:
        yield
    except errors() as error:
        raise of_sqlite(error, path, doing) from error
    except OSError as error:
        raise of_os(error, doing) from error
    except UNREADABLE as error:
        raise Damaged(f"{doing}: {RESTORE} ({error})") from error


def of_sqlite(error: BaseException, path: Path, doing: str) -> StoreError:
    """The StoreError for an error of SQLite on this database."""
    match code(error):
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"{doing}: {MAKE_ROOM} ({error})")
        case sqlite3.SQLITE_READONLY:
            return ReadOnly(f"{doing}: {COPY} ({error})")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged(f"{doing}: {RESTORE} ({error})")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return _of_disk(error, path, doing)
    if "decode to UTF-8" in str(error):
        return Damaged(f"{doing}: {RESTORE} ({error})")
    return StoreError(f"{doing}: {error}")


def code(error: BaseException) -> int:
    """SQLite's code for what went wrong; read from the words where it is not told."""
    told = getattr(error, "sqlite_errorcode", None)
    if told is None:
        return next((code for words, code in WORDS.items() if words in str(error)), 0)
    return int(told) & 0xFF


def of_os(error: OSError, doing: str) -> StoreError:
    """The StoreError for an error of the file system."""
    if error.errno in FULL:
        return DiskFull(f"{doing}: {MAKE_ROOM} ({error})")
    if error.errno in FORBIDDEN:
        return ReadOnly(f"{doing}: {COPY} ({error})")
    return StoreError(f"{doing}: {error}")


def _of_disk(error: BaseException, path: Path, doing: str) -> StoreError:
    """SQLite does not say why the disk refused; the disk does."""
    folder = path.parent
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return ReadOnly(f"{doing}: {COPY} ({error})")
    if folder.is_dir() and _is_full(folder):
        return DiskFull(f"{doing}: {MAKE_ROOM} ({error})")
    return StoreError(f"{doing}: {error}; check the disk, then open the memory again")


def _is_full(folder: Path) -> bool:
    left = os.statvfs(folder)
    return left.f_bavail == 0 or (left.f_files > 0 and left.f_favail == 0)
