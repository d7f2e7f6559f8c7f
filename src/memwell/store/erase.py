"""Erases cubes and events for good: every version, and everything they are found by."""

import sqlite3
from collections.abc import Sequence

from memwell.core.message import Event
from memwell.core.scope import Scope
from memwell.store.codec import dump_messages
from memwell.store.reading import chunks, marks
from memwell.store.writing import lexical_words, owner_words

BY_ROW = ("terms", "vector", "token_states", "lineage", "version")


def erase(connection: sqlite3.Connection, ids: Sequence[str], events: Sequence[str]) -> None:
    """Within the caller's transaction; the journal keeps that something happened, not what."""
    for part in chunks(ids):
        _cubes(connection, part)
    for part in chunks(events):
        named = marks(part)
        connection.execute(f"DELETE FROM event WHERE id IN ({named})", part)
        connection.execute(f"DELETE FROM receipt WHERE id IN ({named})", part)


def rewrite(connection: sqlite3.Connection, events: Sequence[Event]) -> None:
    """The one permitted change to raw events; their old digests and receipts go too."""
    for event in events:
        connection.execute(
            "UPDATE event SET messages = ?, digest = '' WHERE id = ?",
            (dump_messages(event.messages), event.id),
        )
        connection.execute("DELETE FROM receipt WHERE id = ?", (event.id,))


def scrub(connection: sqlite3.Connection) -> None:
    """Freed pages were zeroed as they were freed; this empties the log that holds old pages."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _cubes(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    named = marks(ids)
    rows = [
        row for (row,) in connection.execute(f"SELECT row FROM version WHERE id IN ({named})", ids)
    ]
    for part in chunks(rows):
        _unindex(connection, part)
        for table in BY_ROW:
            connection.execute(f"DELETE FROM {table} WHERE row IN ({marks(part)})", part)
    connection.execute(f"DELETE FROM usage WHERE id IN ({named})", ids)
    connection.execute(f"DELETE FROM link WHERE src IN ({named}) OR dst IN ({named})", [*ids, *ids])
    connection.execute(f"UPDATE journal SET why = '' WHERE id IN ({named})", ids)
    connection.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")


def _unindex(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """The full-text index holds no content of its own, so it is told what to take out."""
    for row, hashed, tenant, user in connection.execute(
        "SELECT terms.row, hashed, tenant, user FROM terms JOIN version USING (row)"
        f" JOIN scope ON scope.code = version.scope WHERE terms.row IN ({marks(rows)})",
        rows,
    ).fetchall():
        connection.execute(
            "INSERT INTO lexical (lexical, rowid, owner, words) VALUES ('delete', ?, ?, ?)",
            (row, owner_words(Scope(tenant, user or None)), lexical_words(hashed)),
        )
