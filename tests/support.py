"""What tests share: an embedder without weights, quick folders, and eyes for raw files."""

import os
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from memwell.core.access import Sensitivity
from memwell.core.branch import MAIN
from memwell.core.model import Embedding, Floats, TokenStates
from memwell.core.scope import Scope
from memwell.index.analysis import words
from memwell.models.states import compress, project
from memwell.store.place import located
from memwell.store.sql import SQLStore

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
RAM = Path("/dev/shm")
Where = Callable[[str], Path | str]  # a folder, or the URL of a database, by a name


class WordEmbedder:
    """Every word has a fixed random direction; a text is the sum of its words'."""

    def __init__(self, name: str = "hash", width: int = 24, kept: int = 8) -> None:
        self.fingerprint = f"test-{name}:{width}:{kept}"
        self.width, self.kept, self.name = width, kept, name
        self.texts = 0  # embedded so far

    def embed(self, texts: Sequence[str]) -> Embedding:
        self.texts += len(texts)
        found = [self._states(text) for text in texts]
        vectors = np.array([hidden.sum(axis=0) for hidden in found], np.float32)
        vectors = vectors.reshape(len(found), self.width)
        projection = np.eye(self.width, self.kept, dtype=np.float32)
        tokens = [
            compress(_ids(text), project(hidden, projection))
            for text, hidden in zip(texts, found, strict=True)
        ]
        return Embedding(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), tuple(tokens))

    def _states(self, text: str) -> Floats:
        return np.array(
            [direction(f"{self.name} {word}", self.width) for word in words(text) or [""]],
            np.float32,
        )


def coded(ids: "np.ndarray[tuple[int], np.dtype[np.uint16]]", hidden: Floats) -> TokenStates:
    """Token states of unit length, as codes and scales."""
    unit = hidden / np.linalg.norm(hidden, axis=1, keepdims=True)
    scale = (np.abs(unit).max(axis=1) / 127).astype(np.float16)
    codes = np.rint(unit / scale[:, None]).clip(-127, 127).astype(np.int8)
    return TokenStates(ids, codes, scale)


def _ids(text: str) -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    return np.array([zlib.crc32(word.encode()) & 0xFFFF for word in words(text) or [""]], np.uint16)


@cache
def direction(word: str, width: int) -> Floats:
    """A unit vector that depends on the word alone."""
    drawn = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(width)
    unit: Floats = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def environment() -> dict[str, str]:
    """For a child process that imports what the tests import."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def quick_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(dir=RAM if RAM.is_dir() else None)


Base = Path | str  # the file of a database, or its URL


def base(memory: Any) -> Base:
    """The database of an open memory."""
    return memory.path if isinstance(memory.path, str) else memory.path / "memory.db"


class Home:
    """Where a test keeps memories that it makes many of: a quick folder, or a server."""

    def __init__(self, server: Any = None) -> None:
        self._server, self._made = server, dict[str, str]()
        self._folder = quick_folder()
        self.folder = Path(self._folder.name)  # for other files, too

    def at(self, name: str = "memory") -> Path | str:
        """What a memory of that name is opened by."""
        if self._server is None:
            return self.folder / name
        if name not in self._made:
            self._made[name] = self._server.empty()
        return self._made[name]

    def base(self, name: str = "memory") -> Base:
        """Its database."""
        where = self.at(name)
        return where if isinstance(where, str) else where / "memory.db"

    def store(self) -> SQLStore:
        """Its store, opened once more."""
        return located(self.at()).store(Scope(), MAIN, Sensitivity.SECRET)

    def cleanup(self) -> None:
        for url in self._made.values():
            self._server.drop(url)
        self._folder.cleanup()


def on_server(machine: type[RuleBasedStateMachine], server: Any, **given: int) -> None:
    """Runs a machine that keeps its memories at home, on a server."""
    there = type(machine.__name__, (machine,), {"server": server})
    run_state_machine_as_test(there, settings=settings(deadline=None, **given))


def tables(where: Base, *, but: Sequence[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Everything a database holds, by table."""
    with _reading(where) as read:
        names = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if isinstance(where, Path)
            else "SELECT relname FROM pg_class WHERE relnamespace = 'memwell'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        wanted = sorted({name for (name,) in read(names)} - set(but))
        return {name: sorted(read(f"SELECT * FROM {name}"), key=repr) for name in wanted}


def rows(where: Base, query: str, *values: object) -> list[tuple[object, ...]]:
    with _reading(where) as read:
        return read(query, *values)


def files_holding(where: Base, words: str) -> list[str]:
    """Names of the files under a folder, or the tables of a database, that contain the words."""
    if isinstance(where, str):
        return [name for name, held in tables(where).items() if words in repr(held)]
    wanted = words.encode()
    return [
        str(path.relative_to(where))
        for path in sorted(where.rglob("*"))
        if path.is_file() and wanted in path.read_bytes()
    ]


def assert_sound(where: Base) -> None:
    """The database is whole, and every text cube has all it can be found by."""
    if isinstance(where, Path):
        assert rows(where, "PRAGMA integrity_check") == [("ok",)]
        assert rows(where, "PRAGMA foreign_key_check") == []
    indexed = {row for (row,) in rows(where, "SELECT row FROM terms")}
    served = {row for (row,) in rows(where, "SELECT found_by FROM version WHERE form = 'text'")}
    assert served <= indexed
    alive = {row for (row,) in rows(where, "SELECT row FROM version")}
    for table in ("terms", "vector", "token_states", "lineage"):
        orphans = {row for (row,) in rows(where, f"SELECT row FROM {table}")} - alive
        assert not orphans, f"{table} holds rows {orphans} of no version"


@contextmanager
def _reading(where: Base) -> Iterator[Callable[..., list[tuple[object, ...]]]]:
    """Runs statements on either database, each by itself."""
    if isinstance(where, Path):
        with closing(sqlite3.connect(where, isolation_level=None)) as file:
            yield lambda query, *values: file.execute(query, values).fetchall()
        return
    import psycopg

    from memwell.store.postgres.translation import translated

    with psycopg.connect(where, autocommit=True) as server:
        server.execute("SET search_path = memwell, public")

        def read(query: str, *values: object) -> list[tuple[object, ...]]:
            found = server.execute(translated(query), values)
            return found.fetchall() if found.description else []

        yield read


def assert_embedded(where: Base, fingerprint: str) -> None:
    """Every search entry has a vector and token states of this embedder."""
    for table in ("vector", "token_states"):
        query = (
            "SELECT terms.row FROM terms LEFT JOIN {0} ON {0}.row = terms.row"
            " AND fingerprint = ? WHERE {0}.row IS NULL"
        )
        assert rows(where, query.format(table), fingerprint) == []
