"""Erases cubes and events for good: every version, and everything they are found by."""

from collections.abc import Sequence
from typing import Any

from memwell.core.message import Event
from memwell.store import reach, reasons, scrub, settings
from memwell.store.codec import dump_messages
from memwell.store.dialect import Connection, dialect
from memwell.store.reading import chunks, marks
from memwell.store.writing import ERASURES

BY_ROW = ("terms", "vector", "token_states", "lineage", "label", "version")


def erase(connection: Connection, ids: Sequence[str], events: Sequence[str]) -> None:
    """Within the caller's transaction; the journal keeps that something happened, not what.

    What it leaves on disk, old pages and blobs that no cube names any more, is noted for `scrub`.
    """
    reasons.drop(connection, ids, events)
    blobs = {blob for part in chunks(ids) for blob in _blobs(connection, "id", part)}
    for part in chunks(ids):
        _cubes(connection, part)
    for part in chunks(events):
        named = marks(part)
        connection.execute(f"DELETE FROM event WHERE id IN ({named})", part)
        connection.execute(
            f"DELETE FROM lineage WHERE kind = 'event' AND source IN ({named})", part
        )
        connection.execute(f"DELETE FROM receipt WHERE id IN ({named})", part)
        connection.execute(f"DELETE FROM job WHERE event IN ({named})", part)
    _finished(connection, blobs)


def erase_branch(connection: Connection, code: int) -> None:
    """All that only this branch holds, and the branch; no other may have come from it."""
    held = connection.execute("SELECT row FROM version WHERE branch = ?", [code]).fetchall()
    rows = [row for (row,) in held]
    blobs = {blob for part in chunks(rows) for blob in _blobs(connection, "row", part)}
    for part in chunks(rows):
        _rows(connection, part)
    events = connection.execute("SELECT id FROM event WHERE branch = ?", [code]).fetchall()
    for part in chunks([id for (id,) in events]):
        connection.execute(f"DELETE FROM receipt WHERE id IN ({marks(part)})", part)
    for table in ("event", "link", "ended", "job"):
        connection.execute(f"DELETE FROM {table} WHERE branch = ?", [code])
    connection.execute("DELETE FROM branch WHERE code = ?", [code])
    _finished(connection, blobs)


def rewrite(connection: Connection, events: Sequence[Event]) -> None:
    """The one permitted change to raw events; their old digests, receipts and reasons go too."""
    reasons.drop(connection, (), [event.id for event in events])
    for event in events:
        connection.execute(
            "UPDATE event SET messages = ?, digest = '' WHERE id = ?",
            (dump_messages(event.messages), event.id),
        )
        connection.execute("DELETE FROM receipt WHERE id = ?", (event.id,))
        connection.execute("UPDATE job SET error = '' WHERE event = ?", (event.id,))


def _cubes(connection: Connection, ids: Sequence[str]) -> None:
    named = marks(ids)
    rows = [
        row for (row,) in connection.execute(f"SELECT row FROM version WHERE id IN ({named})", ids)
    ]
    for part in chunks(rows):
        _rows(connection, part)
    connection.execute(f"DELETE FROM usage WHERE id IN ({named})", ids)
    connection.execute(f"DELETE FROM access WHERE cube IN ({named})", ids)
    connection.execute(f"DELETE FROM lineage WHERE kind = 'parent' AND source IN ({named})", ids)
    connection.execute(
        "DELETE FROM ended WHERE kind = 'link' AND row IN"
        f" (SELECT row FROM link WHERE src IN ({named}) OR dst IN ({named}))",
        [*ids, *ids],
    )
    connection.execute(f"DELETE FROM link WHERE src IN ({named}) OR dst IN ({named})", [*ids, *ids])


def _rows(connection: Connection, rows: Sequence[int]) -> None:
    """Versions, and all they are found by."""
    named = marks(rows)
    connection.execute(f"DELETE FROM ended WHERE kind = 'version' AND row IN ({named})", rows)
    for table in BY_ROW:
        connection.execute(f"DELETE FROM {table} WHERE row IN ({named})", rows)


def _finished(connection: Connection, blobs: set[str]) -> None:
    """Closes an erasure, and notes what it leaves: of the blobs, those that are named no more."""
    dialect(connection).drop_samples(connection)
    _names(connection)
    void(connection)
    scrub.note(connection, tuple(blob for blob in blobs if not scrub.named(connection, blob)))


def _names(connection: Connection) -> None:
    """The names of users and sessions go with the last of their memories, and grants on them."""
    spoken = dialect(connection)
    gone = connection.execute(
        "DELETE FROM scope WHERE NOT EXISTS (SELECT 1 FROM version WHERE version.scope = code"
        f"{spoken.beside('version', 'scope')}) AND NOT EXISTS (SELECT 1 FROM event"
        f" WHERE event.scope = code{spoken.beside('event', 'scope')})"
        " RETURNING tenant, user, session"
    ).fetchall()
    for tenant, user, session in set(gone):
        for part, name in (("user", user), ("session", session)):
            reach.forget(connection, tenant, part, name)


def void(connection: Connection) -> None:
    """Whatever was cached, or written to index files, is void from now on."""
    connection.execute("DELETE FROM answer")  # of a model: some may tell of what is gone
    settings.count_up(connection, ERASURES)


def _blobs(connection: Connection, column: str, values: Sequence[Any]) -> list[str]:
    """Digests of the tensors that these versions name."""
    found = connection.execute(
        "SELECT json_extract(payload, '$.blob') FROM version"
        f" WHERE form != 'text' AND {column} IN ({marks(values)})",
        values,
    )
    return [blob for (blob,) in found]
