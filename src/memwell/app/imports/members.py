"""The files of an export that is a folder or a zip, by name: none of them leads outside of it.

Nothing is ever unpacked to disk. A zip that was made to harm is refused as a whole all the same,
because what else is in it deserves no trust.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from memwell.core.errors import InvalidInput
from memwell.kernel.bounded import BOUNDS, Bounded, Bounds

MOST = 100_000  # files of one zip
BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error,
    UnicodeDecodeError,
)  # fmt: skip


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip, once its list of files has been looked at. Raises InvalidInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(path, archive.infolist())
            yield archive
    except BROKEN as fault:
        raise InvalidInput(f"{path}: cannot be read as a zip of UTF-8 files ({fault})") from fault


def member_text(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, bounds: Bounds = BOUNDS
) -> io.TextIOWrapper:
    """A file of the zip as UTF-8, within bounds."""
    raw = Bounded(archive.open(info), lambda: info.compress_size, f"{path}/{info.filename}", bounds)
    return io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8-sig")


def plain_file(folder: Path, name: str) -> Path | None:
    """A file of the folder, if it is there. Raises InvalidInput for a link."""
    file = folder / name
    if file.is_symlink():
        raise InvalidInput(f"{file} is a link to somewhere else; an export holds files of its own")
    return file if file.is_file() else None


def _check(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST:
        raise InvalidInput(f"{path} holds {len(infos):,} files; at most {MOST:,} are read")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        if _leads_outside(name):
            raise InvalidInput(f"{path}: the file {name[:80]!r} would lie outside of it")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InvalidInput(f"{path}: {name[:80]!r} is a link, which no export holds")
        if name in seen:
            raise InvalidInput(f"{path}: the file {name[:80]!r} is there twice")
        seen.add(name)


def _leads_outside(name: str) -> bool:
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    return bool(
        posix.is_absolute()
        or windows.is_absolute()
        or windows.drive
        or windows.root
        or ".." in windows.parts
    )
