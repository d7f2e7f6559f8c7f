"""One program alone with a database: nobody else has it open, or can open it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memwell.core.errors import StoreError
from memwell.store.driver import Driver, errors
from memwell.store.seal import Seal

PATIENCE = 1.0  # seconds: whoever is there is there to stay


@contextmanager
def alone(path: Path, seal: Seal) -> Iterator[sqlite3.Connection]:
    """A connection by SQLCipher that keeps everybody else out until the end.

    Raises StoreError when the database is open elsewhere, or cannot be read.
    """
    # Of two SQLites in one process neither sees the other's locks: the usual one is asked first.
    _shut_out(path, seal.driver).close()
    connection = _shut_out(path, seal.cipher)
    try:
        yield connection
    finally:
        connection.close()


def _shut_out(path: Path, driver: Driver) -> sqlite3.Connection:
    connection = driver.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        # The log goes, which SQLite refuses while anybody else has the database open.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except errors() as error:
        connection.close()
        if isinstance(error, errors("OperationalError")):
            raise StoreError(f"{path} is open elsewhere; close it and run this again") from error
        raise StoreError(f"cannot open {path}: {error}") from error
    return connection
