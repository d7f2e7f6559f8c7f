"""What a database holds, in numbers; read beside the store, without disturbing it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from memwell.core.access import Sensitivity
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.scope import Scope
from memwell.core.view import NOW
from memwell.store.clause import Clause
from memwell.store.codec import moment
from memwell.store.driver import Driver
from memwell.store.reach import Reach
from memwell.store.reading import marks
from memwell.store.sight import Sight


@dataclass(frozen=True, slots=True)
class Embedded:
    """How much of a scope one embedder has read."""

    fingerprint: str
    vectors: int
    token_states: int


@dataclass(frozen=True, slots=True)
class Counts:
    """A scope in numbers: what is its own, in one branch."""

    memories: int  # searchable
    versions: int
    events: int
    sessions: int
    users: int
    first: datetime | None  # when the earliest and the latest memory happened
    last: datetime | None
    sensitivity: dict[str, int]  # memories by level, the lowest first
    expiring: int  # memories with a time to live
    expires: datetime | None  # when the first of them ends
    embedded: tuple[Embedded, ...]
    words_bytes: int
    vector_bytes: int
    token_bytes: int


def counted(database: Path, scope: Scope, sight: Sight, driver: Driver) -> Counts:
    """Counts of the scope as it stands."""
    inside = Reach((scope,)).wholly("version.scope") & sight.seen("version")
    states = sorted(SEARCHABLE)
    live = inside & sight.current(NOW) & Clause(f"state IN ({marks(states)})", tuple(states))
    events = Reach((scope,)).wholly("event.scope") & sight.seen("event")
    with _reading(database, driver) as connection:
        memories, sessions, users, first, last = connection.execute(
            "SELECT count(*), count(DISTINCT tenant || x'1f' || user || x'1f' || session), "
            "count(DISTINCT tenant || x'1f' || user), min(valid_from), max(valid_from) "
            f"FROM version JOIN scope ON scope.code = version.scope WHERE {live.sql}",
            live.values,
        ).fetchone()
        expiring, expires = connection.execute(
            f"SELECT count(until), min(until) FROM version WHERE {live.sql}", live.values
        ).fetchone()
        return Counts(
            memories=memories,
            versions=_one(connection, "count(*) FROM version", inside),
            events=_one(connection, "count(*) FROM event", events),
            sessions=sessions,
            users=users,
            first=moment(first),
            last=moment(last),
            sensitivity=_sensitivity(connection, live),
            expiring=expiring,
            expires=moment(expires),
            embedded=tuple(_embedded(connection, live)),
            words_bytes=_one(connection, "sum(length(payload)) FROM version", inside),
            vector_bytes=_one(
                connection, "sum(length(vector)) FROM version JOIN vector USING (row)", inside
            ),
            token_bytes=_one(
                connection, "sum(length(states)) FROM version JOIN token_states USING (row)", inside
            ),
        )


def _sensitivity(connection: sqlite3.Connection, live: Clause) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT sensitivity, count(*) FROM version WHERE {live.sql} GROUP BY 1 ORDER BY 1",
        live.values,
    )
    return {Sensitivity(level).name.lower(): count for level, count in rows}


def _embedded(connection: sqlite3.Connection, live: Clause) -> Iterator[Embedded]:
    rows = connection.execute(
        "SELECT vector.fingerprint, count(*), count(token_states.row) FROM version "
        "JOIN vector ON vector.row = version.found_by "
        "LEFT JOIN token_states ON token_states.row = vector.row "
        "AND token_states.fingerprint = vector.fingerprint "
        f"WHERE {live.sql} GROUP BY vector.fingerprint ORDER BY 2 DESC",
        live.values,
    )
    return (Embedded(*row) for row in rows)


def _one(connection: sqlite3.Connection, what: str, where: Clause) -> int:
    query = f"SELECT {what} WHERE {where.sql}"
    return connection.execute(query, where.values).fetchone()[0] or 0


@contextmanager
def _reading(database: Path, driver: Driver) -> Iterator[sqlite3.Connection]:
    connection = driver.connect(database, mode="ro")
    try:
        yield connection
    finally:
        connection.close()
