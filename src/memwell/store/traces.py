"""What tells, in bytes, of memories that are to be erased; and whether others hold the same."""

import json
from collections.abc import Iterator, Sequence

from memwell.store.dialect import Connection
from memwell.store.reading import chunks, marks

# Where words stand, and where numbers do.
WORDS: dict[str, tuple[str, ...]] = {
    "version": ("payload", "labels", "keys", "by"),
    "event": ("messages", "labels"),
    "link": ("why", "relation"),
    "journal": ("why", "by", "batch"),
    "receipt": ("body",),
    "label": ("name", "value"),
    "scope": ("tenant", "user", "agent", "session"),
    "branch": ("name",),
    "access": ("to_user", "to_agent", "to_session", "on_user", "on_agent", "on_session"),
    "quota": ("tenant", "user", "agent"),
    "job": ("error",),
    "answer": ("body",),
    "copy": ("path",),
    "meta": ("key", "value"),
}
CODES: dict[str, tuple[str, ...]] = {
    "vector": ("vector",),
    "token_states": ("states",),
    "terms": ("hashed",),
}


def words(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Content of the cubes in all their versions; of tensors, their digests."""
    return [
        text
        for part in chunks(ids)
        for (text,) in connection.execute(
            "SELECT DISTINCT CASE form WHEN 'text' THEN payload ELSE"
            f" json_extract(payload, '$.blob') END FROM version WHERE id IN ({marks(part)})",
            part,
        )
    ]


def codes(connection: Connection, ids: Sequence[str]) -> list[bytes]:
    """Vectors and token states of the cubes."""
    return [
        code
        for part in chunks(ids)
        for table, column in (("vector", "vector"), ("token_states", "states"))
        for (code,) in connection.execute(
            f"SELECT {column} FROM {table} JOIN version USING (row) WHERE id IN ({marks(part)})",
            part,
        )
    ]


def held(connection: Connection, trace: bytes) -> bool:
    """Whether a row that is there has these bytes: then they tell of nothing that is gone."""
    return any(connection.execute(query, [value]).fetchone() for query, value in _queries(trace))


def _queries(trace: bytes) -> Iterator[tuple[str, object]]:
    for table, columns in CODES.items():
        for column in columns:
            yield f"SELECT 1 FROM {table} WHERE instr({column}, ?) > 0 LIMIT 1", trace
    try:
        text = trace.decode()
    except UnicodeDecodeError:
        return
    for table, columns in WORDS.items():
        for column in columns:
            yield f"SELECT 1 FROM {table} WHERE instr({column}, ?) > 0 LIMIT 1", text


LISTED = "SELECT value FROM json_each(?)"  # ids, as JSON
KINDS = {
    "versions": "SELECT count(*) FROM version WHERE id IN ({0})",
    "branches": "SELECT count(DISTINCT branch) FROM version WHERE id IN ({0})",
    "vectors": "SELECT count(*) FROM vector JOIN version USING (row) WHERE id IN ({0})",
    "token_states": "SELECT count(*) FROM token_states JOIN version USING (row) WHERE id IN ({0})",
    "blobs": "SELECT count(DISTINCT payload) FROM version WHERE form != 'text' AND id IN ({0})",
    "grants": "SELECT count(*) FROM access WHERE cube IN ({0})",
    "uses": "SELECT coalesce(sum(uses), 0) FROM usage WHERE id IN ({0})",
    "reasons": "SELECT count(*) FROM journal WHERE why != '' AND batch IN"
    " (SELECT batch FROM journal WHERE id IN ({0}))",
    "receipts": "SELECT count(*) FROM receipt WHERE id IN"
    " (SELECT batch FROM journal WHERE id IN ({0}))",
    "links": "SELECT count(*) FROM link WHERE src IN ({0}) OR dst IN ({0})",
}


def weighed(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """How much of each kind goes, or loses its words, with the cubes."""
    listed = json.dumps(list(ids))
    found = {}
    for kind, query in KINDS.items():
        asked = connection.execute(query.format(LISTED), [listed] * query.count("{0}"))
        found[kind] = int(asked.fetchone()[0])
    return found


def first_born(connection: Connection, ids: Sequence[str]) -> int:
    """The change by which the first of the cubes came; copies made later may hold it."""
    found = [
        born
        for part in chunks(ids)
        for (born,) in connection.execute(
            f"SELECT min(born) FROM version WHERE id IN ({marks(part)})", part
        )
        if born is not None
    ]
    return min(found, default=0)
