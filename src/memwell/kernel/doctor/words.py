"""What memories are found by, against their words."""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from memwell.core.store import Terms
from memwell.index.analysis import terms
from memwell.index.keys import searchable
from memwell.store import reading
from memwell.store.erase import void
from memwell.store.health.patient import Finding, Patient, counted, some
from memwell.store.sight import Sight

PART = 2_000  # versions read at a time

UNSERVED = (
    "SELECT version.row FROM version LEFT JOIN version AS server ON server.row = version.found_by"
    " WHERE version.form = 'text' AND (NOT EXISTS"
    " (SELECT 1 FROM terms WHERE terms.row = version.found_by)"
    " OR server.id IS NOT version.id OR server.payload IS NOT version.payload"
    " OR server.keys IS NOT version.keys)"
)


def wording(patient: Patient) -> Iterator[Finding]:
    """The terms of a version are those of its words."""
    wrong = [row for row, found, right in _compared(patient) if found != right]
    if wrong:
        what = f"the terms of {counted(len(wrong), 'version')} are not those of their words"
        yield Finding(what, some(wrong), reworded)


def serving(patient: Patient) -> Iterator[Finding]:
    """Every version in words is served by search entries made of these very words."""
    unserved = patient.values(UNSERVED)
    if unserved:
        what = f"{counted(len(unserved), 'version')} cannot be found by their words"
        yield Finding(what, some(unserved), _served)


def _compared(patient: Patient) -> Iterator[tuple[int, bytes, bytes]]:
    """Row, terms as they are, terms as they should be."""
    last = 0
    while part := patient.rows(
        f"SELECT row, hashed FROM terms WHERE row > ? ORDER BY row LIMIT {PART}", last
    ):
        last = part[-1][0]
        right = _terms(patient.connection, [row for row, _ in part])
        yield from ((row, held, right[row]) for row, held in part if row in right)


def _terms(connection: sqlite3.Connection, rows: Sequence[int]) -> dict[int, bytes]:
    cubes = reading.of_rows(connection, Sight(), np.array(rows, np.int64))
    return {row: _bytes(terms(searchable(cube))) for row, cube in cubes.items()}


def _bytes(hashed: Terms) -> bytes:
    return hashed.astype("<u4").tobytes()


def reworded(patient: Patient) -> str:
    with patient.changing() as connection:
        wrong = [(right, row) for row, found, right in _compared(patient) if found != right]
        connection.executemany("UPDATE terms SET hashed = ? WHERE row = ?", wrong)
        void(connection)
    return f"analysed the words of {counted(len(wrong), 'version')} anew"


def _served(patient: Patient) -> str:
    """Each gets entries of its own; its vector is made when the memory is opened."""
    with patient.changing() as connection:
        rows = [row for (row,) in connection.execute(UNSERVED).fetchall()]
        connection.executemany(
            "INSERT OR REPLACE INTO terms VALUES (?, ?)", _terms(connection, rows).items()
        )
        connection.executemany(
            "UPDATE version SET found_by = row WHERE row = ?", [(row,) for row in rows]
        )
        void(connection)
    return f"made search entries for {counted(len(rows), 'version')}"
