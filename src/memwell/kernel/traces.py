"""Looks for what was forgotten in the bytes of every file, free pages and log included."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from memwell.store import handles
from memwell.store.blobs import BlobStore
from memwell.store.sqlite import SQLiteStore

T = TypeVar("T", bytes, str)

CUBES = 64  # of the forgotten, how many are looked for
MOST, LEAST = 96, 8  # traces looked for, by how much there is to search
EFFORT = 2 << 30  # bytes times traces
SMALL = 256 << 20  # bytes of a memory that is searched without being asked to
WINDOW, SHORTEST, VARIED = 40, 8, 5  # bytes of a trace; and how many different ones it needs
PIECE = 4 << 20  # bytes read at a time
ASIDE = ("memory.db-shm", "memory.db.damaged-")  # numbers only; and copies, which are listed


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for and where, and the files in which something was found."""

    traces: int
    files: int
    size: int  # bytes
    found: tuple[str, ...] = ()


def traces_of(store: SQLiteStore, blobs: BlobStore, ids: Sequence[str]) -> list[bytes]:
    """Bytes that tell of the memories, taken before they are erased: words, codes, tensors."""
    some = _spread(ids, CUBES)
    found: dict[bytes, None] = {}
    for text in store.words_of(some):
        found |= dict.fromkeys(_of_words(text))
        if len(text) == 64 and blobs.path(text).is_file():
            found |= dict.fromkeys(_of_file(blobs.path(text)))
    for code in store.codes_of(some):
        found |= dict.fromkeys(_windows(code))
    return [trace for trace in found if len(set(trace)) >= VARIED]


def worth_it(folder: Path) -> bool:
    """Small enough to be searched without being asked to."""
    return sum(path.stat().st_size for path in _files(folder)) <= SMALL


def search(folder: Path, store: SQLiteStore, blobs: BlobStore, traces: Sequence[bytes]) -> Search:
    """Every file, byte by byte. What a memory that is there holds itself is no trace.

    Nor is an export or backup that was put into the folder: those are listed as copies.
    """
    copies = [Path(copy.path) for copy in store.governance.copies()]
    files = [path for path in _files(folder.resolve()) if not _within(path, copies)]
    size = sum(path.stat().st_size for path in files)
    wanted = _spread(traces, min(MOST, max(LEAST, EFFORT // max(size, 1))))
    named = {blobs.path(digest).resolve() for digest in store.blobs_named()}
    seen = {path: _found(path, wanted) for path in files if path not in named}
    all_seen = {trace for found in seen.values() for trace in found}
    real = {trace for trace in all_seen if not store.holds(trace)}  # reads all rows, for these few
    holding = tuple(
        str(p.relative_to(folder.resolve())) for p, found in seen.items() if found & real
    )
    return Search(len(wanted), len(files), size, holding)


def _of_words(text: str) -> Iterator[bytes]:
    """As they stand in a row, and as they stand in an event."""
    yield from _windows(text.encode())
    escaped = json.dumps(text)[1:-1]
    if escaped != text:
        yield from _windows(escaped.encode())


def _of_file(path: Path) -> Iterator[bytes]:
    """From where the tensors lie; the beginning names them, as it does in others."""
    with path.open("rb") as file:
        for part in (0.5, 0.8):
            file.seek(int(path.stat().st_size * part))
            yield from _windows(file.read(WINDOW))


def _windows(content: bytes) -> Iterator[bytes]:
    """The beginning, and the middle of what is long."""
    starts = {0, (len(content) - WINDOW) // 2} if len(content) > 2 * WINDOW else {0}
    for start in sorted(starts):
        window = content[start : start + WINDOW]
        if len(window) >= SHORTEST:
            yield window


def _spread(values: Sequence[T], most: int) -> list[T]:
    """So many of them, from the first to the last."""
    step = max(1.0, len(values) / most)
    return [values[int(place * step)] for place in range(min(most, len(values)))]


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if not path.name.startswith(ASIDE) and path.is_file() and path.name != "lock":
            yield path


def _within(path: Path, places: Sequence[Path]) -> bool:
    return any(path == place or place in path.parents for place in places)


def _found(path: Path, traces: Sequence[bytes]) -> set[bytes]:
    """Those of the traces that are in the file; none in one that is gone meanwhile."""
    found, tail = set[bytes](), b""
    try:
        for piece in _pieces(path):
            content = tail + piece
            found |= {trace for trace in traces if trace in content}
            tail = content[1 - WINDOW :]
    except FileNotFoundError:
        pass
    return found


def _pieces(path: Path) -> Iterator[bytes]:
    database, at = path.name == "memory.db", 0
    handle = handles.kept(path) if database else os.open(path, os.O_RDONLY)
    try:
        while piece := os.pread(handle, PIECE, at):
            at += len(piece)
            yield piece
    finally:
        if not database:
            os.close(handle)
