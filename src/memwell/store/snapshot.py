"""A copy of the database as it is at one moment, while others go on writing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from memwell.store.connection import Connections
from memwell.store.dialect import Connection
from memwell.store.problems import reported

NAMED = "SELECT DISTINCT json_extract(payload, '$.blob') FROM version WHERE form != 'text'"
PAGES = 1_000  # copied between two calls of `told`

Told = Callable[[int, int], None]


@contextmanager
def held(connections: Connections) -> Iterator[sqlite3.Connection]:
    """A reader's connection that sees the database as it is now, until the end."""
    with closing(connections.beside(connections.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()  # the first read fixes the moment
        yield reader


def copy(connections: Connections, reader: sqlite3.Connection, path: Path, told: Told) -> None:
    """What the reader sees, into a new file; `told` hears of pages done and pages in all.

    A change by others does not make it begin anew, because the reader's moment is fixed.
    """
    with (
        reported(path, f"nothing was copied to {path}"),
        closing(connections.beside(path)) as made,
    ):
        reader.backup(
            made, pages=PAGES, sleep=0, progress=lambda _, left, whole: told(whole - left, whole)
        )
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def blobs(reader: Connection) -> list[str]:
    """Digests of what the memories of that moment name."""
    return [digest for (digest,) in reader.execute(NAMED)]
