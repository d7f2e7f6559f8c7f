"""What is left to do once an erasure is committed: its old pages lie in the log, tensors in files.

The erasure's own transaction notes that, and the note is struck out when it is done. So whoever
opens the memory after a crash knows, and finishes it.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from memwell.core.store import Leftover
from memwell.store import settings
from memwell.store.dialect import Connection
from memwell.store.driver import errors
from memwell.store.writing import erasures

NOTE = "unscrubbed"  # the setting that holds it

log = logging.getLogger(__name__)


def note(connection: Connection, blobs: tuple[str, ...]) -> None:
    """Within the erasure's transaction; what earlier erasures have left is kept in the note."""
    before = noted(connection)
    left = {*blobs, *(before.blobs if before else ())}
    settings.write(connection, NOTE, json.dumps([erasures(connection), sorted(left)]))


def noted(connection: Connection) -> Leftover | None:
    """What erasures have left; blobs that a cube names again are left out."""
    found = settings.read(connection, NOTE)
    if found is None:
        return None
    count, blobs = json.loads(found)
    return Leftover(count, tuple(blob for blob in blobs if not named(connection, blob)))


def strike(connection: Connection, leftover: Leftover, *, blobs_only: bool) -> None:
    """Within a transaction; nothing is struck out when more was erased since.

    The digests go first, before the log is emptied: they tell of what was forgotten, too.
    """
    if erasures(connection) != leftover.erasures:
        return
    if blobs_only:
        settings.write(connection, NOTE, json.dumps([leftover.erasures, []]))
    else:
        settings.strike(connection, NOTE)


def empty_log(connection: sqlite3.Connection, patience: float) -> bool:
    """Freed pages were zeroed as they were freed; this empties the log that still holds old ones.

    False when a reader kept it from being emptied for too long, or the disk did.
    """
    deadline = time.monotonic() + patience
    with _waiting(connection, patience):
        while True:
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except errors() as error:
                log.warning("old pages stay in the database's log: %s", error)
                return False
            if not busy or time.monotonic() > deadline:
                return not busy
            time.sleep(0.01)  # SQLite itself waits for readers, but not for another's checkpoint


def named(connection: Connection, blob: str) -> bool:
    """Whether a version of any cube names these tensors."""
    query = "SELECT 1 FROM version WHERE form != 'text' AND json_extract(payload, '$.blob') = ?"
    return connection.execute(query, [blob]).fetchone() is not None


@contextmanager
def _waiting(connection: sqlite3.Connection, patience: float) -> Iterator[None]:
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")
