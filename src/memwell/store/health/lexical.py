"""The full-text index, against the terms it was made of."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from memwell.core.errors import StoreError
from memwell.core.scope import Scope
from memwell.store.health.patient import Finding, Patient, counted, some
from memwell.store.versions import lexical_words, owner_words

HELD = (
    "SELECT terms.row, hashed, tenant, user FROM terms JOIN version USING (row)"
    " JOIN scope ON scope.code = version.scope"
)
POSTINGS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.posting USING fts5vocab (main, lexical, instance)"
)


def sound(patient: Patient) -> Iterator[Finding]:
    """The index within itself."""
    if patient.store.read_only:
        return  # SQLite checks it by a command that is a change
    try:
        with patient.changing() as connection:
            connection.execute("INSERT INTO lexical (lexical) VALUES ('integrity-check')")
    except StoreError as error:
        yield Finding("the full-text index is damaged", some([error]), rebuilt)


def agreeing(patient: Patient) -> Iterator[Finding]:
    """Every memory's terms and owner, word by word; nothing else."""
    expected = {row: _sum(owner, words) for row, owner, words in _entries(patient)}
    found = _postings(patient)
    differing = [row for row in expected if expected[row] != found.get(row, 0)]
    surplus = [row for row in found if row not in expected]
    if differing or surplus:
        number = counted(len(differing + surplus), "memory", "memories")
        what = f"the full-text index is wrong about {number}"
        yield Finding(what, some(differing + surplus), rebuilt)


def rebuilt(patient: Patient) -> str:
    """All of it, from the terms."""
    with patient.changing() as connection:
        made = rebuild(connection, _entries(patient))
    return f"built the full-text index anew from the terms of {counted(made, 'memory', 'memories')}"


def rebuild(connection: sqlite3.Connection, entries: Iterable[tuple[int, str, str]]) -> int:
    """Within a transaction; the table is made anew: a damaged one may refuse to be emptied."""
    (definition,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'lexical'"
    ).fetchone()
    held = list(entries)
    connection.execute("DROP TABLE IF EXISTS temp.posting")
    connection.execute("DROP TABLE lexical")
    connection.execute(definition)
    connection.executemany("INSERT INTO lexical (rowid, owner, words) VALUES (?, ?, ?)", held)
    return len(held)


def _entries(patient: Patient) -> Iterator[tuple[int, str, str]]:
    """Row, owner and words of everything the index has to hold."""
    for row, hashed, tenant, user in patient.rows(HELD):
        yield row, owner_words(Scope(tenant, user or None)), lexical_words(hashed)


def _postings(patient: Patient) -> dict[int, int]:
    """What the index holds, as one sum for each row: the index is ordered by word."""
    connection = patient.connection
    connection.execute(POSTINGS)
    sums: dict[int, int] = defaultdict(int)
    for term, row, column, offset in connection.execute(
        "SELECT term, doc, col, offset FROM temp.posting"
    ):
        sums[row] ^= _posting(column, offset, term)
    return sums


def _sum(owner: str, words: str) -> int:
    total = 0
    for column, text in (("owner", owner), ("words", words)):
        for place, word in enumerate(text.split()):
            total ^= _posting(column, place, word)
    return total


def _posting(column: str, place: int, word: str) -> int:
    text = f"{column} {place} {word}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest())
