"""The nearest vectors, found by the server: for memories too large for one process.

A graph index (HNSW) looks at the nearest few of all vectors, and a filter that lets few of these
pass loses the rest in silence. So the filter decides: where few memories pass it they are compared
one by one, and else the scan of the graph goes on until enough have passed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

import numpy as np

from memwell.core.errors import InvalidInput
from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.store import settings
from memwell.store.clause import Clause
from memwell.store.postgres.connection import PostgresConnection
from memwell.store.postgres.packed import Packed

EXACT = 20_000  # memories that pass a filter up to which each one is compared
SCANNED = 200_000  # vectors of the graph looked at, at most; where it would be more, each is, too
WIDEST = 2_000  # numbers of a vector that a graph takes
SPARE = 4  # times as many are looked at as would do, if what passes lay evenly among them
SEARCHED = 200  # of the graph at a time; more finds better, and takes longer

# The server would rather sort everything than walk the graph, when it thinks that little passes.
WALKING = (
    "SET LOCAL enable_sort = off",
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL hnsw.iterative_scan = strict_order",
    f"SET LOCAL hnsw.ef_search = {SEARCHED}",
)
PASSING = """
FROM vector JOIN version ON version.found_by = vector.row AND version.held_for = vector.held_for
WHERE vector.fingerprint = {fingerprint} AND {condition}
"""


def prepare(connection: PostgresConnection, fingerprint: str, type: str) -> bool:
    """Build the graph of an embedder's vectors, once; False where there are none yet.

    Within a transaction: nobody writes meanwhile. From then on every process searches by it.
    Raises InvalidInput for vectors that are too wide.
    """
    found = connection.execute(
        "SELECT vector_dims(vector) FROM vector WHERE fingerprint = ? LIMIT 1", [fingerprint]
    ).fetchone()
    if found is None:
        return False
    if found[0] > WIDEST:
        raise InvalidInput(f"an index takes vectors of {WIDEST:,} numbers, not of {found[0]:,}")
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS {_name(fingerprint)} ON vector USING hnsw"
        f" ((vector::{type}({found[0]})) vector_cosine_ops)"
        f" WHERE fingerprint = {_literal(fingerprint)}"
    )
    settings.write(connection, _name(fingerprint), str(found[0]))
    return True


def width(connection: PostgresConnection, fingerprint: str) -> int:
    """Of the vectors in the graph; 0 where there is none."""
    return int(settings.read(connection, _name(fingerprint)) or 0)


def search(
    connection: PostgresConnection,
    fingerprint: str,
    query: Floats,
    n: int,
    condition: Clause,
    type: str,
    numbers: int,
) -> Ints:
    """Rows of the n nearest that fulfil the condition, best first, by cosine.

    The vectors have so many numbers, as `width` tells.
    """
    passing = PASSING.format(fingerprint=_literal(fingerprint), condition=condition.sql)
    (count,) = connection.execute(f"SELECT count(*) {passing}", condition.values).fetchone()
    (whole,) = connection.execute(
        "SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'vector!__' ESCAPE '!'"
        " AND relnamespace = 'memwell'::regnamespace"
    ).fetchone()
    scanned = SPARE * n * max(whole, count) // max(count, 1)
    if count <= EXACT or scanned > SCANNED:
        return exact(connection, passing, query, n, condition)
    distance = f"vector.vector::{type}({numbers}) <=> ?"
    return walked(connection, passing, distance, query, n, condition, scanned)


def exact(
    connection: PostgresConnection, passing: str, query: Floats, n: int, condition: Clause
) -> Ints:
    """Compares every one: no index has the distance in this form."""
    rows = connection.execute(
        f"SELECT version.row {passing} ORDER BY vector.vector <=> ? LIMIT ?",
        [*condition.values, _packed(query), n],
    )
    return np.array([row for (row,) in rows], np.int64)


def walked(
    connection: PostgresConnection, passing: str, distance: str, query: Floats, n: int,
    condition: Clause, scanned: int,
) -> Ints:  # fmt: skip
    """Along the graph, until n have passed or so many were looked at."""
    with _walking(connection, scanned):
        rows = connection.execute(
            f"SELECT version.row {passing} ORDER BY {distance} LIMIT ?",
            [*condition.values, _packed(query), n],
        )
        return np.array([row for (row,) in rows], np.int64)


@contextmanager
def _walking(connection: PostgresConnection, scanned: int) -> Iterator[None]:
    with connection.reading():
        for each in (*WALKING, f"SET LOCAL hnsw.max_scan_tuples = {scanned}"):
            connection.execute(each)
        yield


def _packed(query: Floats) -> Packed:
    return Packed(query.astype("<f4").tobytes())


def _name(fingerprint: str) -> str:
    return f"vector_hnsw_{blake2b(fingerprint.encode(), digest_size=8).hexdigest()}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
