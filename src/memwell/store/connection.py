"""SQLite connections: one per thread, all set up alike, all closed together."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep

from memwell.core.errors import ReadOnly, StoreError
from memwell.store import problems, readonly
from memwell.store.driver import Driver, Plain, errors

PATIENCE = 60.0  # seconds to wait for another writer


class Connections:
    """Thread-local connections to one database file."""

    def __init__(self, path: Path, driver: Driver | None = None) -> None:
        self.path = path
        self.read_only = readonly.is_read_only(path)
        self._driver: Driver = driver or Plain()
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def get(self) -> sqlite3.Connection:
        """This thread's connection. Raises StoreError after `close`."""
        if self._closed:
            raise StoreError(f"the memory in {self.path.parent} is closed; open it again")
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._open()
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; the lock is taken at once, so waiting comes first.

        Inside another one of this thread it is a part of that.
        """
        connection = self.get()
        if connection.in_transaction:
            yield connection
            return
        with self._begun(connection):
            yield connection

    @contextmanager
    def _begun(self, connection: sqlite3.Connection) -> Iterator[None]:
        nothing = f"nothing was written to {self.path}"
        if self.read_only:
            raise ReadOnly(f"{nothing}: {problems.COPY}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except errors() as error:
            if problems.code(error) != sqlite3.SQLITE_BUSY:
                raise problems.of_sqlite(error, self.path, nothing) from error
            raise StoreError(f"another writer holds {self.path} for too long: {error}") from error
        try:
            yield
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, errors()):
                raise problems.of_sqlite(error, self.path, nothing) from error
            raise

    def reported(self) -> AbstractContextManager[None]:
        """Raises StoreErrors for what goes wrong with the file inside."""
        return problems.reported(self.path, f"cannot use {self.path}")

    def beside(self, path: Path) -> sqlite3.Connection:
        """A connection of the same kind to another file, for copies; the caller closes it."""
        mode = {"mode": "ro"} if path == self.path and self.read_only else {}
        return self._driver.connect(path, timeout=PATIENCE, isolation_level=None, **mode)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for connection in self._all:
                connection.close()
            self._all.clear()

    def _open(self) -> sqlite3.Connection:
        with problems.reported(self.path, f"cannot open {self.path}"):
            connection = self._connect()
        connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # forgotten bytes are zeroed
        connection.execute("PRAGMA cache_size = -32000")
        with self._lock:
            self._all.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        mode = {"mode": "ro"} if self.read_only else {}
        connection = self._driver.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, **mode
        )
        try:
            if not self.read_only:
                _switch_to_wal(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait here while another process makes the switch, so this does."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except errors() as error:
            if problems.code(error) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                connection.close()
                raise
            sleep(0.02)
        else:
            return
