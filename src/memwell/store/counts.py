"""What a database holds, in numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from memwell.core.access import Sensitivity
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.scope import Scope
from memwell.core.view import NOW
from memwell.store.clause import Clause
from memwell.store.codec import moment
from memwell.store.dialect import Connection
from memwell.store.reach import own
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


def counted(connection: Connection, scope: Scope, sight: Sight) -> Counts:
    """Counts of the scope as it stands."""
    inside = own(connection, scope).wholly("version.scope") & sight.seen("version")
    states = sorted(SEARCHABLE)
    live = inside & sight.current(NOW) & Clause(f"state IN ({marks(states)})", tuple(states))
    events = own(connection, scope).wholly("event.scope") & sight.seen("event")
    memories, first, last = connection.execute(
        f"SELECT count(*), min(valid_from), max(valid_from) FROM version WHERE {live.sql}",
        live.values,
    ).fetchone()
    expiring, expires = connection.execute(
        f"SELECT count(until), min(until) FROM version WHERE {live.sql}", live.values
    ).fetchone()
    return Counts(
        memories=memories,
        versions=_one(connection, "count(*) FROM version", inside),
        events=_one(connection, "count(*) FROM event", events),
        sessions=_different(connection, "user, session", live),
        users=_different(connection, "user", live),
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


def _sensitivity(connection: Connection, live: Clause) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT sensitivity, count(*) FROM version WHERE {live.sql} GROUP BY 1 ORDER BY 1",
        live.values,
    )
    return {Sensitivity(level).name.lower(): count for level, count in rows}


def _embedded(connection: Connection, live: Clause) -> Iterator[Embedded]:
    rows = connection.execute(
        "SELECT vector.fingerprint, count(*), count(token_states.row) FROM version "
        "JOIN vector ON vector.row = version.found_by "
        "LEFT JOIN token_states ON token_states.row = vector.row "
        "AND token_states.fingerprint = vector.fingerprint "
        f"WHERE {live.sql} GROUP BY vector.fingerprint ORDER BY 2 DESC",
        live.values,
    )
    return (Embedded(*row) for row in rows)


def _one(connection: Connection, what: str, where: Clause) -> int:
    query = f"SELECT {what} WHERE {where.sql}"
    return connection.execute(query, where.values).fetchone()[0] or 0


def _different(connection: Connection, parts: str, live: Clause) -> int:
    """How many there are of what these parts of a scope name."""
    query = (
        f"SELECT count(*) FROM (SELECT DISTINCT tenant, {parts} FROM scope WHERE code IN"
        f" (SELECT version.scope FROM version WHERE {live.sql})) AS named"
    )
    return int(connection.execute(query, live.values).fetchone()[0])
