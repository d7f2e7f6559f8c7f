"""Search entries as columns: what scoring reads."""

import sqlite3
from typing import Any

import numpy as np

from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.model import Floats, TokenStates
from memwell.core.scope import Scope
from memwell.core.store import NOW, Terms
from memwell.core.view import Moment
from memwell.store import scopes
from memwell.store.codec import load_states
from memwell.store.reading import chunks, marks
from memwell.store.writing import lexical_words

COLUMNS = """
SELECT version.row, version.found_by, version.id, version.scope, version.place,
       coalesce(json_extract(labels, '$.speaker'), json_extract(labels, '$.role'), ''),
       valid_from, substr(rtrim(payload), -1) = '?', hashed, vector
FROM version JOIN terms ON terms.row = version.found_by
LEFT JOIN vector ON vector.row = version.found_by AND vector.fingerprint = ?
"""


def _searchable(scope: Scope, moment: Moment, *, among: bool = False) -> tuple[str, list[Any]]:
    """Condition on versions; `among` says that rows are named, so their scope is only checked.

    The plus sign keeps SQLite from walking the whole scope's index instead.
    """
    inside, owned = scopes.covered(scope, "+version.scope" if among else "version.scope")
    held, values = scopes.current(moment)
    states = sorted(SEARCHABLE)
    return f"{inside} AND {held} AND state IN ({marks(states)})", [*owned, *values, *states]


def evidence(
    connection: sqlite3.Connection,
    scope: Scope,
    moment: Moment,
    fingerprint: str | None,
    rows: Ints | None,
    after: int,
) -> Evidence:
    """Columns of the searchable rows; all those born after a sequence unless rows are named."""
    condition, values = _searchable(scope, moment, among=rows is not None)
    records: list[tuple[Any, ...]] = []
    if rows is None:
        records = connection.execute(
            f"{COLUMNS} WHERE {condition} AND born > ? ORDER BY version.row",
            [fingerprint or "", *values, after],
        ).fetchall()
    else:
        for part in chunks(sorted(rows.tolist())):
            records += connection.execute(
                f"{COLUMNS} WHERE version.row IN ({marks(part)}) AND {condition}"
                " ORDER BY version.row",
                [fingerprint or "", *part, *values],
            ).fetchall()
    return _assemble(records)


def count(connection: sqlite3.Connection, scope: Scope) -> int:
    condition, values = _searchable(scope, NOW)
    query = f"SELECT count(*) FROM version WHERE {condition}"
    return int(connection.execute(query, values).fetchone()[0])


def match(
    connection: sqlite3.Connection, terms: Terms, scope: Scope, moment: Moment, limit: int
) -> Ints:
    """The full-text index ranks by BM25 within the tenant's or user's rows."""
    if not len(terms):
        return np.empty(0, np.int64)
    words = " OR ".join(lexical_words(np.unique(terms).astype("<u4").tobytes()).split())
    expression = f"owner : {scopes.owner(scope.tenant, scope.user)} AND words : ({words})"
    condition, values = _searchable(scope, moment, among=True)
    found = connection.execute(
        "SELECT version.row FROM lexical JOIN version ON version.found_by = lexical.rowid"
        f" WHERE lexical MATCH ? AND {condition} ORDER BY rank LIMIT ?",
        [expression, *values, limit],
    )
    return np.array([row for (row,) in found], np.int64)


def vectors(
    connection: sqlite3.Connection, fingerprint: str, after: int, limit: int
) -> tuple[Ints, Ints, Floats]:
    records = connection.execute(
        "SELECT place, row, vector FROM vector WHERE fingerprint = ? AND place > ?"
        " ORDER BY place LIMIT ?",
        [fingerprint, after, limit],
    ).fetchall()
    places = np.array([place for place, _, _ in records], np.int64)
    rows = np.array([row for _, row, _ in records], np.int64)
    return places, rows, _matrix([vector for _, _, vector in records])


def in_scope(connection: sqlite3.Connection, found_by: Ints, scope: Scope, moment: Moment) -> Ints:
    """Rows served by these search entries that are searchable in scope, order kept."""
    condition, values = _searchable(scope, moment, among=True)
    rows: dict[int, int] = {}
    for part in chunks(found_by.tolist()):
        rows.update(
            connection.execute(
                "SELECT found_by, row FROM version"
                f" WHERE found_by IN ({marks(part)}) AND {condition}",
                [*part, *values],
            )
        )
    return np.array([rows[entry] for entry in found_by.tolist() if entry in rows], np.int64)


def missing_vectors(
    connection: sqlite3.Connection, fingerprint: str, limit: int
) -> list[tuple[int, str]]:
    """Search entries without a vector of this embedder, and the row's line of text."""
    return connection.execute(
        "SELECT version.row, CASE WHEN json_extract(labels, '$.speaker') IS NULL THEN payload"
        " ELSE json_extract(labels, '$.speaker') || ': ' || payload END"
        " FROM terms JOIN version ON version.row = terms.row"
        " LEFT JOIN vector ON vector.row = terms.row AND vector.fingerprint = ?"
        " WHERE vector.row IS NULL AND form = 'text' ORDER BY version.row LIMIT ?",
        [fingerprint, limit],
    ).fetchall()


def _assemble(records: list[tuple[Any, ...]]) -> Evidence:
    rows, entries, ids, sessions, places, speakers, valid, asks, hashed, blobs = (
        zip(*records, strict=True) if records else ((),) * 10
    )
    lengths = np.array([len(terms) // 4 for terms in hashed], np.int64)
    return Evidence(
        ids=list(ids),
        rows=np.array(rows, np.int64),
        entries=np.array(entries, np.int64),
        sessions=np.array(sessions, np.int64),
        places=np.array(places, np.int64),
        speakers=[speaker.lower() for speaker in speakers],
        at=np.array([np.nan if at is None else at / 1e6 for at in valid], np.float64),
        asks=np.array(asks, np.bool_),
        terms=Ragged(
            np.frombuffer(b"".join(hashed), "<u4"), np.concatenate([[0], np.cumsum(lengths)])
        ),
        vectors=_matrix(list(blobs)),
    )


def _matrix(blobs: list[bytes | None]) -> Floats:
    """Vectors one below the other; a row of zeros where one is missing."""
    width = next((len(blob) // 4 for blob in blobs if blob), 0)
    empty = bytes(4 * width)
    whole = b"".join(blob or empty for blob in blobs)
    return np.frombuffer(whole, "<f4").reshape(len(blobs), width)


def tokens(
    connection: sqlite3.Connection, fingerprint: str, entries: Ints
) -> list[TokenStates | None]:
    wanted = entries.tolist()
    found: dict[int, bytes] = {}
    for part in chunks(wanted):
        found.update(
            connection.execute(
                "SELECT row, states FROM token_states"
                f" WHERE fingerprint = ? AND row IN ({marks(part)})",
                [fingerprint, *part],
            )
        )
    return [load_states(found[row]) if row in found else None for row in wanted]
