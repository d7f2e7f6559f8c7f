"""Brings a database to the current schema, one numbered file at a time."""

import sqlite3
from importlib.resources import files

from memwell.core.errors import MigrationError, ReadOnly
from memwell.store import problems
from memwell.store.driver import errors

# Errors that say nothing of the migration: whoever opens the memory reports them.
OF_THE_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT}


def migrations() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    found = files("memwell.store.migrations").iterdir()
    scripts = sorted((f.name, f.read_text()) for f in found if f.name.endswith(".sql"))
    return [(int(name.split("_")[0]), script) for name, script in scripts]


def migrate(
    connection: sqlite3.Connection, *, read_only: bool = False, upto: int | None = None
) -> None:
    """Apply what is missing, each in its own transaction; all of it, or up to a schema.

    Raises MigrationError when the database was written by a newer memwell, and ReadOnly when it
    was written by an older one and may not be changed.
    """
    steps = migrations()
    newest = steps[-1][0]
    if _version(connection) > newest:
        raise MigrationError(
            f"this memory has schema {_version(connection)}, this memwell knows up to {newest}; "
            "upgrade memwell to open it"
        )
    if read_only and _version(connection) < newest:
        raise ReadOnly(
            f"this memory has schema {_version(connection)}, this memwell needs {newest}, but it "
            "may not be written to; copy its folder to where you may write, and open the copy"
        )
    connection.execute(
        "PRAGMA foreign_keys = OFF"
    )  # tables are rebuilt; they are checked at the end
    for number, script in steps:
        if _version(connection) < number <= (upto or newest):
            _apply(connection, number, script)
    connection.execute("PRAGMA foreign_keys = ON")


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    """The lock is taken first, so of two processes that open a new memory one migrates it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if number > _version(connection):
            for statement in _statements(script):
                connection.execute(statement)
            _check(connection)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except errors() as error:
        if connection.in_transaction:  # some errors end it by themselves
            connection.execute("ROLLBACK")
        if problems.code(error) in OF_THE_DISK:
            raise
        raise MigrationError(f"migration {number} failed: {error}") from error


def _check(connection: sqlite3.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise sqlite3.IntegrityError(f"a row of {broken[0]} points to nothing")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """Executescript would commit first, so statements are run one by one."""
    done, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            done.append(current)
            current = ""
    return done
