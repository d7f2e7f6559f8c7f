"""Every step that this process takes on its disk, told to an observer just before it is taken.

SQLite's steps are seen by a layer over its own file access (the library that `sqlite3` uses, by
ctypes), those of Python by standing in for the functions of `os` and `io` that take them.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlite_files import seen_by


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a file, or of the names in a folder."""

    kind: str  # create, write, truncate, sync, delete, rename, mkdir, sync-folder
    path: str
    at: int = 0  # of a write; the size to truncate to
    data: bytes = b""
    to: str = ""  # the new name


Observer = Callable[[Step], None]


@contextmanager
def observed(folder: Path, observer: Observer) -> Iterator[None]:
    """Tells of the steps on files under the folder; on everything else nothing is told."""
    inside = f"{folder}{os.sep}"

    def tell(kind: str, path: Any, **more: Any) -> None:
        name = os.fspath(path)
        if f"{name}{os.sep}".startswith(inside):
            observer(Step(kind, name, **more))

    with ExitStack() as stack:
        stack.enter_context(seen_by(tell))
        for name, stand_in in _stand_ins(tell).items():
            stack.enter_context(patch.object(os, name, stand_in))
        stack.enter_context(patch.object(io, "open", _opening(inside, tell)))
        yield


def _stand_ins(tell: Callable[..., None]) -> dict[str, Callable[..., Any]]:
    """Functions of `os` that tell before they do the same."""
    genuine = {name: getattr(os, name) for name in ("fsync", "replace", "unlink", "mkdir", "open")}

    def fsync(handle: int) -> None:
        path = name_of(handle)
        tell("sync-folder" if Path(path).is_dir() else "sync", path)
        genuine["fsync"](handle)

    def replace(path: Any, to: Any, **more: Any) -> None:
        tell("rename", path, to=os.fspath(to))
        genuine["replace"](path, to, **more)

    def unlink(path: Any, **more: Any) -> None:
        if os.path.lexists(path):
            tell("delete", path)
        genuine["unlink"](path, **more)

    def mkdir(path: Any, *mode: Any, **more: Any) -> None:
        if not os.path.lexists(path) and Path(path).parent.is_dir():
            tell("mkdir", path)
        genuine["mkdir"](path, *mode, **more)

    def opened(path: Any, flags: int, *mode: Any, **more: Any) -> int:
        if flags & os.O_CREAT and not os.path.lexists(path):
            tell("create", path)
        return int(genuine["open"](path, flags, *mode, **more))

    return {"fsync": fsync, "replace": replace, "unlink": unlink, "mkdir": mkdir, "open": opened}


def _opening(inside: str, tell: Callable[..., None]) -> Callable[..., Any]:
    """In place of io.open: files that may be written to tell of every write."""
    genuine = io.open

    class Told(io.FileIO):
        def write(self, data: Any) -> int:
            tell("write", name_of(self.fileno()), at=self.tell(), data=bytes(data))
            return super().write(data) or 0

    def opened(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        name = name_of(file) if isinstance(file, int) else os.fspath(file)
        if not set(mode) & set("wax+") or not str(name).startswith(inside):
            return genuine(file, mode, *rest, **more)
        if not isinstance(file, int) and not os.path.lexists(name):
            tell("create", name)
        elif "w" in mode:
            tell("truncate", name, at=0)
        raw = Told(file, mode.replace("b", "").replace("t", ""))
        whole = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return whole if "b" in mode else io.TextIOWrapper(whole, "utf-8")

    return opened


def name_of(handle: int) -> str:
    """What the file behind a handle is called."""
    return str(Path(f"/proc/self/fd/{handle}").readlink())
