"""What time travel reads: what a batch did, what changed since, how a cube stood then."""

from datetime import datetime
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.store import Entry
from memwell.core.view import NOW
from memwell.store import reading
from memwell.store.codec import micros
from memwell.store.dialect import Connection
from memwell.store.reach import own
from memwell.store.sight import Sight


def batch(connection: Connection, sight: Sight, id: str) -> list[Entry]:
    """The journal's lines of one batch, in order; of versions, those written in this line.

    A version of the same number may have been written in another branch.
    """
    written = (
        "version IS NULL OR EXISTS (SELECT 1 FROM version WHERE version.id = journal.id"
        " AND version.version = journal.version AND born IN"
        f" (SELECT seq FROM journal AS line WHERE line.batch = ?) AND {sight.seen('version').sql})"
    )
    return reading.entries(connection, f"batch = ? AND ({written})", [id, id])


def links_of(connection: Connection, sight: Sight, batch: str) -> tuple[list[Link], list[Link]]:
    """Edges that a batch made and that are still held, and those that it ended."""
    held, seen = sight.current(NOW, "link"), sight.seen("link").sql
    ending = sight.ending("link", "died")
    lines = "(SELECT seq FROM journal WHERE journal.batch = ?)"
    return (
        _links(connection, f"batch = ? AND {held.sql}", [batch, *held.values]),
        _links(connection, f"{seen} AND {ending} IN {lines}", [batch]),
    )


def links_after(
    connection: Connection, sight: Sight, sequence: int, scope: Scope
) -> tuple[list[Link], list[Link]]:
    """Edges within the scope that were made since and are held, and those that ended since."""
    ending, seen = sight.ending("link", "died"), sight.seen("link").sql
    within, values = _between_own(connection, scope)
    made = f"{within} AND {seen} AND born > ? AND {ending} IS NULL"
    ended = f"{within} AND {seen} AND born <= ? AND {ending} > ?"
    return (
        _links(connection, made, [*values, sequence]),
        _links(connection, ended, [*values, sequence, sequence]),
    )


def changed(connection: Connection, sight: Sight, after: int, scope: Scope) -> list[str]:
    """Cubes of the scope that have a version born since, in the order of their first one."""
    inside = own(connection, scope).wholly("version.scope") & sight.seen("version")
    rows = connection.execute(
        f"SELECT id FROM version WHERE born > ? AND {inside.sql} GROUP BY id ORDER BY min(row)",
        [after, *inside.values],
    )
    return [id for (id,) in rows]


def as_at(connection: Connection, sight: Sight, id: str, sequence: int) -> MemCube | None:
    """The version that was current when the journal stood there; None before its first."""
    seen = sight.seen("version").sql
    query = f"SELECT max(version) FROM version WHERE id = ? AND born <= ? AND {seen}"
    found = connection.execute(query, [id, sequence]).fetchone()[0]
    versions = reading.history(connection, sight, id) if found else []
    return next((cube for cube in versions if cube.version == found), None)


def due(connection: Connection, sight: Sight, now: datetime) -> list[tuple[str, Scope]]:
    """Cubes whose time to live has ended, and whose they are; what is frozen waits for its thaw."""
    held = sight.current(NOW)
    # The plus sign keeps SQLite from reading all rows in order instead of the few that may expire.
    rows = connection.execute(
        "SELECT id, tenant, user, agent, session FROM version JOIN scope ON code = version.scope"
        f" WHERE until <= ? AND state NOT IN ('expired', 'frozen') AND {held.sql}"
        " ORDER BY +version.row",
        [micros(now), *held.values],
    )
    return [
        (id, Scope(tenant, user or None, agent or None, session or None))
        for id, tenant, user, agent, session in rows
    ]


def _links(connection: Connection, condition: str, values: list[Any]) -> list[Link]:
    rows = connection.execute(
        f"SELECT src, dst, relation, why, weight FROM link WHERE {condition} ORDER BY row", values
    )
    return [Link(*row) for row in rows]


def _between_own(connection: Connection, scope: Scope) -> tuple[str, list[Any]]:
    inside = own(connection, scope).wholly("version.scope")
    held = f"(SELECT id FROM version WHERE {inside.sql})"
    return f"src IN {held} AND dst IN {held}", [*inside.values, *inside.values]
