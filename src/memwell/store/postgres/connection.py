"""Connections to one PostgreSQL database: a pool for all threads; one writer at a time.

A statement outside a transaction borrows a connection for as long as it runs. A transaction keeps
one, and begins by locking the one row that every writer locks. So what is committed becomes visible
in the order of its numbers in the journal, as the tail scans of searching need it, and no two
writers can deadlock. The lock goes with the transaction, whatever becomes of its process.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from memwell.core.errors import ReadOnly, StoreError
from memwell.store.postgres import problems
from memwell.store.postgres.dialect import POSTGRES
from memwell.store.postgres.translation import translated

Raw = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

BEGIN = "BEGIN; SELECT 1 FROM writer FOR UPDATE"
ATTEMPTS = 5  # to begin a transaction, or to read, when the connection turns out to be gone


class Found:
    """What a statement found, all of it."""

    def __init__(self, cursor: "psycopg.Cursor[tuple[Any, ...]]") -> None:
        self.rowcount = cursor.rowcount
        self._rows = iter(cursor.fetchall() if cursor.description else ())

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows


class PostgresConnection:
    """Implements memwell.store.dialect.Connection for one thread."""

    dialect = POSTGRES

    def __init__(self, pool: ConnectionPool[Raw]) -> None:
        self._pool = pool
        self.held: Raw | None = None  # while this thread writes

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Found:
        def run(raw: Raw) -> Found:
            with raw.cursor(binary=True) as cursor:
                return Found(cursor.execute(translated(sql).encode(), tuple(values)))

        return run(self.held) if self.held else self._borrowing(run)

    def executemany(self, sql: str, many: Iterable[Sequence[Any]], /) -> None:
        """Within a transaction."""
        if self.held is None:
            raise StoreError("nothing is written outside a transaction")
        rows = list(many)
        if rows:  # else there is nothing to tell the server
            with self.held.cursor() as cursor:
                cursor.executemany(translated(sql).encode(), rows)

    @contextmanager
    def begun(self) -> Iterator[None]:
        """A transaction of the only writer."""
        raw = self._locked()
        self.held = raw
        try:
            yield
            raw.execute("COMMIT")
        except BaseException:
            if not raw.closed:
                raw.execute("ROLLBACK")
            raise
        finally:
            self.held = None
            self._pool.putconn(raw)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Statements inside see the database as it is at the first of them, and have settings."""
        if self.held:
            yield
            return
        with self._pool.connection() as raw:
            raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self.held = raw
            try:
                yield
            finally:
                self.held = None
                if not raw.closed:
                    raw.execute("ROLLBACK")

    def _locked(self) -> Raw:
        """A connection in a transaction that holds the writer's lock."""
        return _again(self._lock)

    def _lock(self) -> Raw:
        raw = self._pool.getconn()
        try:
            raw.execute(BEGIN)
        except BaseException:
            if not raw.closed:
                raw.execute("ROLLBACK")
            self._pool.putconn(raw)
            raise
        return raw

    def _borrowing(self, run: Callable[[Raw], T]) -> T:
        def borrowed() -> T:
            with self._pool.connection() as raw:
                return run(raw)

        return _again(borrowed)


class Connections:
    """Implements memwell.store.dialect.Connections on a pool that others may share."""

    def __init__(self, pool: ConnectionPool[Raw], place: str, *, read_only: bool) -> None:
        self._pool, self.place, self.read_only = pool, place, read_only
        self._local = threading.local()
        self.closed = False

    def get(self) -> PostgresConnection:
        if self.closed:
            raise StoreError(f"the memory in {self.place} is closed; open it again")
        found: PostgresConnection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = PostgresConnection(self._pool)
        return found

    @contextmanager
    def transaction(self) -> Iterator[PostgresConnection]:
        connection = self.get()
        if connection.held:
            yield connection
            return
        nothing = f"nothing was written to {self.place}"
        if self.read_only:
            raise ReadOnly(f"{nothing}: {problems.READ}")
        with problems.reported(self.place, nothing), connection.begun():
            yield connection

    def reported(self) -> AbstractContextManager[None]:
        return problems.reported(self.place, f"cannot use {self.place}")

    def close(self) -> None:
        self.closed = True


def _again(work: Callable[[], T]) -> T:
    """Done again when the connection was lost, or gave way to another: nothing was changed yet.

    Not when it waited in vain for a connection, or for another writer: it has waited long enough.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except (*problems.AGAIN, *problems.LOST) as error:
            if isinstance(error, psycopg.errors.LockNotAvailable | PoolTimeout):
                raise
    return work()
