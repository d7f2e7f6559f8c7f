"""Handles of databases, to read their bytes by.

Closing any handle of a file drops all locks that SQLite has on it in this process: another process
could then take this one for gone, and the log with its changes away. So a handle is kept open and
used again, and is closed only when the file itself is gone.
"""

import os
from pathlib import Path

_kept: dict[tuple[int, int], int] = {}  # by device and file


def kept(path: Path) -> int:
    """A handle to read with, by `os.pread`; never to be closed. Raises FileNotFoundError."""
    for file, handle in list(_kept.items()):
        if os.fstat(handle).st_nlink == 0:
            os.close(_kept.pop(file))
    known = path.stat()
    file = (known.st_dev, known.st_ino)
    if file not in _kept:
        _kept[file] = os.open(path, os.O_RDONLY)
    return _kept[file]


def is_kept(handle: int) -> bool:
    """Whether this is one of them, which holds no lock."""
    return handle in _kept.values()
