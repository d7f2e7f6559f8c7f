"""Writes what memories are found by beside words: vectors, and states of their tokens."""

from collections.abc import Sequence

from memwell.core.evidence import Ints
from memwell.core.model import Floats, TokenStates
from memwell.store.codec import dump_many
from memwell.store.dialect import Connection, dialect
from memwell.store.reading import chunks, marks

Found = tuple[int, str, Floats | None, TokenStates | None]  # row, tenant, vector, token states

# Search entries that are there, whose they are, and what they have of an embedder.
THERE = """
SELECT terms.row, scope.tenant, vector.row, token_states.row FROM terms
JOIN version ON version.row = terms.row{version}
JOIN scope ON scope.code = version.scope
LEFT JOIN vector ON vector.row = terms.row AND vector.fingerprint = ?{vector}
LEFT JOIN token_states ON token_states.row = terms.row AND token_states.fingerprint = ?{states}
"""


def add(connection: Connection, fingerprint: str, found: Sequence[Found]) -> None:
    """Those of new search entries, or of entries that have none of this embedder yet."""
    spoken = dialect(connection)
    given = [
        (tenant, fingerprint, row, vector.astype("<f4").tobytes())
        for row, tenant, vector, _ in found
        if vector is not None
    ]
    spoken.add(connection, "vector", "fingerprint, row, vector", given)
    states = [(row, tenant, held) for row, tenant, _, held in found if held is not None]
    blobs = dump_many([held for _, _, held in states])
    spoken.add(
        connection,
        "token_states",
        "row, fingerprint, states",
        [(at, row, fingerprint, b) for (row, at, _), b in zip(states, blobs, strict=True)],
    )


def complete(
    connection: Connection,
    fingerprint: str,
    rows: Ints,
    vectors: Floats,
    tokens: Sequence[TokenStates | None],
) -> None:
    """What is there already stays; a row that was erased meanwhile gets none."""
    spoken = dialect(connection)
    query = THERE.format(
        version=spoken.beside("version", "terms"),
        vector=spoken.beside("vector", "terms"),
        states=spoken.beside("token_states", "terms"),
    )
    made = {row: each for row, *each in zip(rows.tolist(), vectors, tokens, strict=True)}
    for part in chunks(list(made)):
        known = connection.execute(
            f"{query} WHERE terms.row IN ({marks(part)})", [fingerprint, fingerprint, *part]
        ).fetchall()
        add(
            connection,
            fingerprint,
            [
                (row, tenant, None if vector else made[row][0], None if states else made[row][1])
                for row, tenant, vector, states in known
            ],
        )
