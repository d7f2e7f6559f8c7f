"""What a database holds, in numbers; read beside the store, without disturbing it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from memwell.core.lifecycle import SEARCHABLE
from memwell.core.scope import Scope
from memwell.core.store import NOW
from memwell.store import scopes
from memwell.store.codec import moment
from memwell.store.reading import marks


@dataclass(frozen=True, slots=True)
class Embedded:
    """How much of a scope one embedder has read."""

    fingerprint: str
    vectors: int
    token_states: int


@dataclass(frozen=True, slots=True)
class Counts:
    """A scope in numbers; the bytes are those of the whole database."""

    memories: int  # searchable
    versions: int
    events: int
    sessions: int
    users: int
    first: datetime | None  # when the earliest and the latest memory happened
    last: datetime | None
    embedded: tuple[Embedded, ...]
    words_bytes: int
    vector_bytes: int
    token_bytes: int


def counted(database: Path, scope: Scope) -> Counts:
    """Counts of the scope as it stands."""
    inside, owned = scopes.covered(scope, "version.scope")
    held, values = scopes.current(NOW)
    states = sorted(SEARCHABLE)
    live = f"{inside} AND {held} AND state IN ({marks(states)})"
    bound: list[str | int] = [*owned, *values, *states]
    with _reading(database) as connection:
        memories, sessions, users, first, last = connection.execute(
            "SELECT count(*), count(DISTINCT tenant || x'1f' || user || x'1f' || session), "
            "count(DISTINCT tenant || x'1f' || user), min(valid_from), max(valid_from) "
            f"FROM version JOIN scope ON scope.code = version.scope WHERE {live}",
            bound,
        ).fetchone()
        return Counts(
            memories=memories,
            versions=_one(connection, f"SELECT count(*) FROM version WHERE {inside}", owned),
            events=_one(
                connection,
                f"SELECT count(*) FROM event WHERE {scopes.covered(scope)[0]}",
                owned,
            ),
            sessions=sessions,
            users=users,
            first=moment(first),
            last=moment(last),
            embedded=tuple(_embedded(connection, live, bound)),
            words_bytes=_one(connection, "SELECT sum(length(payload)) FROM version"),
            vector_bytes=_one(connection, "SELECT sum(length(vector)) FROM vector"),
            token_bytes=_one(connection, "SELECT sum(length(states)) FROM token_states"),
        )


def _embedded(
    connection: sqlite3.Connection, live: str, bound: list[str | int]
) -> Iterator[Embedded]:
    rows = connection.execute(
        "SELECT vector.fingerprint, count(*), count(token_states.row) FROM version "
        "JOIN vector ON vector.row = version.found_by "
        "LEFT JOIN token_states ON token_states.row = vector.row "
        "AND token_states.fingerprint = vector.fingerprint "
        f"WHERE {live} GROUP BY vector.fingerprint ORDER BY 2 DESC",
        bound,
    )
    return (Embedded(*row) for row in rows)


def _one(connection: sqlite3.Connection, query: str, values: list[str] | None = None) -> int:
    return connection.execute(query, values or []).fetchone()[0] or 0


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()
