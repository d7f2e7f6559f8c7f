"""A layer over SQLite's own access to files, put in with ctypes: it tells, then passes on.

SQLite calls files through tables of functions (a VFS, and for each open file its methods); here
these tables are copied, and the functions that change something are replaced.
"""

import _sqlite3
import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, addressof, c_char_p, c_int, c_int64, c_void_p, cast
from functools import cache
from typing import Any

OK = 0
LEFT_OPEN: list["Layer"] = []
CREATE = 0x4  # flag of xOpen
Tell = Callable[..., None]

Close = ctypes.CFUNCTYPE(c_int, c_void_p)
Write = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = ctypes.CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = ctypes.CFUNCTYPE(c_int, c_void_p, c_int)
Open = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
Delete = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
SetCall = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
GetCall = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_char_p)
OpenFolder = ctypes.CFUNCTYPE(c_int, c_char_p, c_void_p)


class Methods(ctypes.Structure):
    """What can be done with an open file: sqlite3_io_methods, version 3."""

    _fields_ = [
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync")),
        ("others", c_void_p * 13),
    ]


class File(ctypes.Structure):
    """An open file: sqlite3_file."""

    _fields_ = [("methods", POINTER(Methods))]


class Vfs(ctypes.Structure):
    """What can be done with names of files: sqlite3_vfs, version 3."""

    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        ("others", c_void_p * 11),
        ("set_call", c_void_p),
        ("get_call", c_void_p),
        ("next_call", c_void_p),
    ]


@cache
def library() -> ctypes.CDLL | None:
    """SQLite as `sqlite3` uses it; None where it is built in and cannot be reached."""
    try:
        found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        found.sqlite3_vfs_find.restype = POINTER(Vfs)
        found.sqlite3_vfs_find.argtypes = [c_char_p]
        genuine = found.sqlite3_vfs_find(None)
    except (AttributeError, OSError):
        return None
    return found if genuine and genuine.contents.version >= 3 else None


@contextmanager
def seen_by(tell: Tell) -> Iterator[None]:
    """Databases opened meanwhile tell of their steps; they are to be closed before it ends."""
    sqlite = library()
    assert sqlite is not None
    genuine = sqlite.sqlite3_vfs_find(None)
    layer = Layer(genuine, tell)
    sqlite.sqlite3_vfs_register(ctypes.byref(layer.vfs), 1)
    layer.watch_folders()
    try:
        yield
    finally:
        layer.leave_folders()
        sqlite.sqlite3_vfs_register(genuine, 1)
        sqlite.sqlite3_vfs_unregister(ctypes.byref(layer.vfs))
        if layer.names:  # SQLite still has its tables, so they must stay where they are
            LEFT_OPEN.append(layer)


class Layer:
    """The copied tables, and the functions in them. All must live as long as SQLite knows them."""

    def __init__(self, genuine: Any, tell: Tell) -> None:
        self.genuine, self.tell = genuine, tell
        self.names: dict[int, str] = {}  # of open files, by their address
        self.tables: dict[int, Methods] = {}  # by the address of the genuine one
        self.vfs = Vfs.from_buffer_copy(genuine.contents)
        self.vfs.name = b"told"
        self.functions: list[Any] = [Open(self._open), Delete(self._delete)]
        self.vfs.open, self.vfs.delete = (cast(each, c_void_p) for each in self.functions)
        self._folder_call = OpenFolder(self._open_folder)
        get_call = GetCall(genuine.contents.get_call)
        self._genuine_folder_call = OpenFolder(
            get_call(addressof(genuine.contents), b"openDirectory")
        )

    def watch_folders(self) -> None:
        """SQLite opens a folder only to sync it."""
        self._set_folder_call(cast(self._folder_call, c_void_p))

    def leave_folders(self) -> None:
        self._set_folder_call(None)

    def _set_folder_call(self, call: Any) -> None:
        vfs = self.genuine.contents
        assert SetCall(vfs.set_call)(addressof(vfs), b"openDirectory", call) == OK

    def _open(self, _: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        """SQLite keeps the pointer to the name, so it is passed on as it came."""
        path = ctypes.string_at(name).decode() if name else ""
        if path and flags & CREATE and not os.path.lexists(path):
            self.tell("create", path)
        vfs = self.genuine.contents
        result = int(Open(vfs.open)(addressof(vfs), name, file, flags, out))
        opened = cast(file, POINTER(File)).contents
        if result == OK and path and opened.methods:
            self.names[file] = path
            opened.methods = ctypes.pointer(self._table(opened.methods))
        return result

    def _delete(self, _: int, name: bytes, sync: int) -> int:
        if os.path.lexists(name):
            self.tell("delete", name.decode())
        vfs = self.genuine.contents
        return int(Delete(vfs.delete)(addressof(vfs), name, sync))

    def _open_folder(self, name: bytes, handle: int) -> int:
        self.tell("sync-folder", os.path.dirname(name.decode()))  # noqa: PTH120
        return int(self._genuine_folder_call(name, handle))

    def _table(self, pointer: Any) -> Methods:
        """A copy of these methods that tells of writes, truncations, syncs; made once."""
        known = addressof(pointer.contents)
        if known not in self.tables:
            self.tables[known] = self._telling(pointer.contents)
        return self.tables[known]

    def _telling(self, genuine: Methods) -> Methods:
        close, write = Close(genuine.close), Write(genuine.write)
        truncate, sync = Truncate(genuine.truncate), Sync(genuine.sync)

        def told_write(file: int, data: int, count: int, at: int) -> int:
            self.tell("write", self.names[file], at=at, data=ctypes.string_at(data, count))
            return int(write(file, data, count, at))

        def told_truncate(file: int, size: int) -> int:
            self.tell("truncate", self.names[file], at=size)
            return int(truncate(file, size))

        def told_sync(file: int, flags: int) -> int:
            self.tell("sync", self.names[file])
            return int(sync(file, flags))

        def told_close(file: int) -> int:
            self.names.pop(file, None)
            return int(close(file))

        copy = Methods.from_buffer_copy(genuine)
        made = {
            "close": Close(told_close),
            "write": Write(told_write),
            "truncate": Truncate(told_truncate),
            "sync": Sync(told_sync),
        }
        self.functions += made.values()
        for name, function in made.items():
            setattr(copy, name, cast(function, c_void_p))
        return copy
