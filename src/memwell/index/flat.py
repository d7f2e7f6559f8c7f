"""Exact dense search: a memory-mapped matrix on disk, brought up to date from the store.

The file is a cache: it is stamped with the place of the last vector it holds, the tail beyond is
scanned exactly, and it can be deleted at any time.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.core.store import Store

BLOCK = 65_536  # vectors scored, or copied from the store, at a time


class FlatIndex:
    """All vectors of one embedder, in one folder: vectors.f32, entries.i64, stamp.json."""

    def __init__(self, folder: Path, store: Store, fingerprint: str) -> None:
        self._folder, self._store, self._fingerprint = folder, store, fingerprint

    def search(self, query: Floats, n: int, allowed: Callable[[Ints], Ints]) -> Ints:
        """The n best rows, best first. `allowed` maps entries to the reader's rows, order kept.

        Nothing is lost to the filter: it is asked about ever more entries until n rows pass it.
        """
        entries, scores = self._scored(query)
        wanted = 4 * n
        while True:
            best = top(scores, wanted)
            rows = allowed(entries[best])
            if len(rows) >= n or wanted >= len(scores):
                return rows[:n]
            wanted *= 8

    def refresh(self) -> int:
        """Append what the store has beyond the stamp; returns how many vectors the index holds."""
        count, place, width = self._stamp()
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            places, rows, vectors = self._store.vectors(self._fingerprint, place, BLOCK)
            if not len(places):
                return count
            width = vectors.shape[1]
            self._append("vectors.f32", count * width * 4, vectors.tobytes())
            self._append("entries.i64", count * 8, rows.tobytes())
            count, place = count + len(places), int(places[-1])
            self._write_stamp(count, place, width)

    def drop(self) -> None:
        """Delete the files: after erasure, which the stamp cannot see."""
        for name in ("stamp.json", "vectors.f32", "entries.i64"):
            (self._folder / name).unlink(missing_ok=True)

    def _scored(self, query: Floats) -> tuple[Ints, Floats]:
        count, place, width = self._stamp()
        entries = self._map("entries.i64", np.int64, (count,))
        matrix = self._map("vectors.f32", np.float32, (count, width))
        parts = [matrix[start : start + BLOCK] @ query for start in range(0, count, BLOCK)]
        owners = [np.asarray(entries)]
        while True:
            places, rows, vectors = self._store.vectors(self._fingerprint, place, BLOCK)
            if not len(places):
                break
            parts.append(vectors @ query)
            owners.append(rows)
            place = int(places[-1])
        return np.concatenate(owners), np.concatenate([np.empty(0, np.float32), *parts])

    def _map(self, name: str, kind: type, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        if 0 in shape:
            return np.empty(shape, kind)
        return np.memmap(self._folder / name, kind, "r", shape=shape)

    def _append(self, name: str, at: int, content: bytes) -> None:
        """Written at its place, so what an interrupted append left behind is overwritten."""
        path = self._folder / name
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(at)
            file.write(content)

    def _stamp(self) -> tuple[int, int, int]:
        """(vectors held, place of the last one, width); zeros for a new index."""
        path = self._folder / "stamp.json"
        if not path.exists():
            return 0, 0, 0
        stamp = json.loads(path.read_text())
        return stamp["count"], stamp["place"], stamp["width"]

    def _write_stamp(self, count: int, place: int, width: int) -> None:
        path = self._folder / "stamp.part"
        path.write_text(json.dumps({"count": count, "place": place, "width": width}))
        os.replace(path, self._folder / "stamp.json")


def top(scores: Floats, n: int) -> Ints:
    """Positions of the n highest scores, best first; ties in order of position."""
    n = min(n, len(scores))
    if n == 0:
        return np.empty(0, np.int64)
    best = np.argpartition(-scores, n - 1)[:n]
    return best[np.lexsort((best, -scores[best]))]
