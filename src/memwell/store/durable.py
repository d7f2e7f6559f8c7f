"""Files and folders that are whole or not there, whenever the power goes."""

import os
import tempfile
from pathlib import Path

PART = ".part"  # how a file is called until it is whole


def write(path: Path, content: bytes, *, only_new: bool = False) -> None:
    """The name appears after the bytes are on disk: a crash leaves either state whole.

    With `only_new` a file that is there stays. Raises FileExistsError then.
    """
    make(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if only_new:
            os.link(name, path)
            Path(name).unlink()
        else:
            Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(path.parent)


def make(folder: Path) -> None:
    """The folder and those above it, as far as they are not there yet."""
    if folder.is_dir():
        return
    make(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """What was written is on disk when this returns: a file's bytes, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def destroy(path: Path) -> None:
    """Overwrite a file's bytes, then remove it; a file system may still keep copies of them."""
    with path.open("r+b", buffering=0) as file:
        overwrite(file.fileno())
    path.unlink()


def overwrite(handle: int) -> None:
    """Random bytes instead of what an open file holds."""
    size, at = os.fstat(handle).st_size, 0
    while at < size:
        at += os.pwrite(handle, os.urandom(min(1 << 20, size - at)), at)
    os.fsync(handle)
