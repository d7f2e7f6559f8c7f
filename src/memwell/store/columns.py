"""Search entries as columns: what scoring reads."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.filter import Filter
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.model import Floats, TokenStates
from memwell.core.scope import Scope
from memwell.core.view import Moment
from memwell.store.clause import Clause
from memwell.store.codec import load_many
from memwell.store.dialect import Connection, dialect
from memwell.store.filters import matching
from memwell.store.reading import chunks, marks
from memwell.store.sight import Sight

COLUMNS = """
SELECT version.row, version.found_by, version.id, version.scope, version.place, speaker, valid_from,
       asks, hashed
FROM version JOIN terms ON terms.row = version.found_by{beside}
"""


def searchable(
    connection: Connection,
    sight: Sight,
    scope: Scope,
    moment: Moment,
    where: Filter | None = None,
    *,
    among: bool = False,
) -> Clause:
    """Condition on versions; `among` says that rows are named, so their scope is only checked.

    The plus sign keeps SQLite from walking the whole scope's index instead.
    """
    column = "+version.scope" if among or where else "version.scope"
    read = sight.readable(connection, scope, moment, column)
    states = sorted(SEARCHABLE)
    found = read & Clause(f"state IN ({marks(states)})", tuple(states))
    return found & matching(where) if where else found


def evidence(
    connection: Connection,
    condition: Clause,
    read: Callable[[Ints], Floats],
    rows: Ints | None,
    after: int,
) -> Evidence:
    """Columns of the searchable rows; all those born after a sequence unless rows are named."""
    records: list[tuple[Any, ...]] = []
    selected = COLUMNS.format(beside=dialect(connection).beside("terms", "version"))
    if rows is None:
        records = connection.execute(
            f"{selected} WHERE {condition.sql} AND born > ? ORDER BY version.row",
            [*condition.values, after],
        ).fetchall()
    else:
        for part in chunks(sorted(rows.tolist())):
            records += connection.execute(
                f"{selected} WHERE version.row IN ({marks(part)}) AND {condition.sql}"
                " ORDER BY version.row",
                [*part, *condition.values],
            ).fetchall()
    return _assemble(records, read)


def count(connection: Connection, condition: Clause) -> int:
    query = f"SELECT count(*) FROM version WHERE {condition.sql}"
    return int(connection.execute(query, condition.values).fetchone()[0])


def rows(connection: Connection, condition: Clause) -> Ints:
    query = f"SELECT version.row FROM version WHERE {condition.sql}"
    found = connection.execute(query, condition.values)
    return np.sort(np.array([row for (row,) in found], np.int64))


def served(connection: Connection, condition: Clause) -> tuple[Ints, Ints]:
    query = f"SELECT found_by, version.row FROM version WHERE {condition.sql}"
    pairs = np.array(connection.execute(query, condition.values).fetchall(), np.int64)
    pairs = pairs.reshape(-1, 2)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return pairs[:, 0], pairs[:, 1]


def terms_after(connection: Connection, row: int, limit: int) -> tuple[Ints, Ragged]:
    records = connection.execute(
        "SELECT row, hashed FROM terms WHERE row > ? ORDER BY row LIMIT ?", [row, limit]
    ).fetchall()
    return np.array([row for row, _ in records], np.int64), _ragged([held for _, held in records])


def vectors(
    connection: Connection, fingerprint: str, after: int, limit: int
) -> tuple[Ints, Ints, Floats]:
    records = connection.execute(
        "SELECT place, row, vector FROM vector WHERE fingerprint = ? AND place > ?"
        " ORDER BY place LIMIT ?",
        [fingerprint, after, limit],
    ).fetchall()
    places = np.array([place for place, _, _ in records], np.int64)
    rows = np.array([row for _, row, _ in records], np.int64)
    return places, rows, _matrix([vector for _, _, vector in records])


def vectors_of(connection: Connection, fingerprint: str | None, entries: Ints) -> Floats:
    wanted = entries.tolist()
    found: dict[int, bytes] = {}
    for part in chunks(wanted if fingerprint else []):
        found.update(
            connection.execute(
                f"SELECT row, vector FROM vector WHERE row IN ({marks(part)}) AND fingerprint = ?",
                [*part, fingerprint],
            )
        )
    return _matrix([found.get(row) for row in wanted])


def in_scope(connection: Connection, found_by: Ints, condition: Clause) -> Ints:
    """Rows served by these search entries that fulfil the condition, order kept."""
    rows: dict[int, int] = {}
    for part in chunks(found_by.tolist()):
        rows.update(
            connection.execute(
                "SELECT found_by, row FROM version"
                f" WHERE found_by IN ({marks(part)}) AND {condition.sql}",
                [*part, *condition.values],
            )
        )
    return np.array([rows[entry] for entry in found_by.tolist() if entry in rows], np.int64)


def missing_vectors(connection: Connection, fingerprint: str, limit: int) -> list[tuple[int, str]]:
    """Search entries without a vector of this embedder, and the row's line of text."""
    return connection.execute(
        "SELECT version.row, CASE WHEN json_extract(labels, '$.speaker') IS NULL THEN payload"
        " ELSE json_extract(labels, '$.speaker') || ': ' || payload END"
        " FROM terms JOIN version ON version.row = terms.row"
        " LEFT JOIN vector ON vector.row = terms.row AND vector.fingerprint = ?"
        " WHERE vector.row IS NULL AND form = 'text' ORDER BY version.row LIMIT ?",
        [fingerprint, limit],
    ).fetchall()


def _assemble(records: list[tuple[Any, ...]], read: Callable[[Ints], Floats]) -> Evidence:
    rows, entries, ids, sessions, places, speakers, valid, asks, hashed = (
        zip(*records, strict=True) if records else ((),) * 9
    )
    return Evidence(
        ids=list(ids),
        rows=np.array(rows, np.int64),
        entries=np.array(entries, np.int64),
        sessions=np.array(sessions, np.int64),
        places=np.array(places, np.int64),
        speakers=list(speakers),
        at=np.array([np.nan if at is None else at / 1e6 for at in valid], np.float64),
        asks=np.array(asks, np.bool_),
        terms=_ragged(hashed),
        read=read,
    )


def _ragged(hashed: Sequence[bytes]) -> Ragged:
    """Terms of one row after the other."""
    ends = np.cumsum([0, *(len(terms) // 4 for terms in hashed)], dtype=np.int64)
    return Ragged(np.frombuffer(b"".join(hashed), "<u4"), ends)


def _matrix(blobs: list[bytes | None]) -> Floats:
    """Vectors one below the other; a row of zeros where one is missing."""
    width = next((len(blob) // 4 for blob in blobs if blob), 0)
    empty = bytes(4 * width)
    whole = b"".join(blob or empty for blob in blobs)
    return np.frombuffer(whole, "<f4").reshape(len(blobs), width)


def tokens(connection: Connection, fingerprint: str, entries: Ints) -> list[TokenStates | None]:
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
    loaded = dict(zip(found, load_many(list(found.values())), strict=True))
    return [loaded.get(row) for row in wanted]
