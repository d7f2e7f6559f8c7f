"""What the store's SQL runs on: a connection of SQLite or PostgreSQL, and where the two differ.

All statements of the store are written once, in SQL that both speak. What they do not have in
common is here: how rows are added, how numbers are given out, what keeps a read in one part.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from memwell.store.clause import EVERYTHING, Clause

Row = tuple[Any, ...]


class Cursor(Protocol):
    """What a statement found."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Runs statements; values stand for question marks."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor: ...

    def executemany(self, sql: str, many: Iterable[Sequence[Any]], /) -> Any: ...


class Connections(Protocol):
    """Connections to one database, for all threads of a process."""

    @property
    def read_only(self) -> bool: ...

    def get(self) -> Connection:
        """This thread's connection. Raises StoreError after `close`."""
        ...

    def transaction(self) -> AbstractContextManager[Connection]:
        """One write transaction; nobody else writes meanwhile. Inside another one, a part of it."""
        ...

    def reported(self) -> AbstractContextManager[None]:
        """Raises StoreErrors for what goes wrong in the database inside."""
        ...

    def close(self) -> None: ...


class Dialect(Protocol):
    """Where the databases differ."""

    def add(self, to: Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
        """Insert rows, each of which begins with the tenant that it belongs to."""
        ...

    def reserve(self, on: Connection, table: str, count: int) -> int:
        """The first of so many numbers for new rows, higher than any that was ever given."""
        ...

    def go_on(self, on: Connection, version: int) -> None:
        """After rows came with their numbers: none of these, nor of versions up to one, is new."""
        ...

    def part(self, table: str, tenant: str) -> Clause:
        """Condition that narrows a read to the part of a table that holds a tenant's rows."""
        ...

    def beside(self, table: str, other: str) -> str:
        """Condition that a joined row lies in the same part; begins with AND, or is empty."""
        ...

    def drop_samples(self, on: Connection) -> None:
        """Take out the samples of rows that the database keeps to plan by, where it does."""
        ...


class SQLite:
    """One file, in one part."""

    def add(self, to: Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" for _ in columns.split(","))
        to.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})", [row[1:] for row in rows]
        )

    def reserve(self, on: Connection, table: str, count: int) -> int:
        found = on.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
        return int(found[0]) + 1 if found else 1

    def go_on(self, on: Connection, version: int) -> None:
        on.execute("DELETE FROM sqlite_sequence WHERE name = 'version'")
        on.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('version', ?)", [version])

    def part(self, table: str, tenant: str) -> Clause:
        return EVERYTHING

    def beside(self, table: str, other: str) -> str:
        return ""

    def drop_samples(self, on: Connection) -> None:
        """Where somebody had SQLite analyse the database, they lie in these tables."""
        samples = "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite!_stat_' ESCAPE '!'"
        for (name,) in on.execute(samples).fetchall():
            on.execute(f"DELETE FROM {name}")


SQLITE = SQLite()


def dialect(connection: Connection) -> Dialect:
    """That of a connection. SQLite's come from other modules and say nothing of it."""
    found: Dialect = getattr(connection, "dialect", SQLITE)
    return found
