"""Writes one batch inside an open transaction."""

import json
import sqlite3

from memwell.core.errors import Conflict
from memwell.core.message import Event
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.store import Batch
from memwell.core.view import NOW
from memwell.store import audit, branches, jobs, quotas, scopes
from memwell.store.codec import dump_messages, dump_states, micros
from memwell.store.receipts import save as save_receipt
from memwell.store.sight import Sight
from memwell.store.versions import Versions, end

ERASURES = "erasures"  # the setting that counts them; whoever read something compares it


def write(connection: sqlite3.Connection, sight: Sight, batch: Batch, actor: Scope) -> int:
    """Events, versions, links, search entries, journal and receipt; returns the last sequence."""
    branches.check(connection, sight.own)
    if batch.event:
        _event(connection, sight, batch.event, batch.digest or "")
    elif batch.cause and not _event_is_there(connection, batch.cause):
        raise Conflict(f"event {batch.cause} was forgotten, so nothing can be derived from it")
    if batch.erasures not in (None, erasures(connection)):
        raise Conflict("something was forgotten since it was read; derive it anew")
    if batch.claim:
        jobs.hold(connection, sight, batch.claim)
    sequence = _journal(connection, batch)
    versions = Versions(connection, sight, sequence, batch.fingerprint)
    versions.plan(batch.puts)
    versions.write()
    for link in batch.cut:
        _end_link(connection, sight, link, batch, sequence)
    for link in batch.links:
        _link(connection, sight, link, batch, sequence)
    if batch.receipt and batch.claim:
        jobs.end(connection, batch.receipt)
    elif batch.receipt:
        save_receipt(connection, batch.receipt)
        jobs.open_(connection, batch, sight.own)
    quotas.check(connection, [put.cube for put in batch.puts])
    audit.append(connection, batch, actor, sequence)
    return sequence


def erasures(connection: sqlite3.Connection) -> int:
    """How often something was erased."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", [ERASURES]).fetchone()
    return int(found[0]) if found else 0


def put_vector(
    connection: sqlite3.Connection,
    row: int,
    fingerprint: str,
    vector: Floats,
    states: TokenStates | None,
) -> None:
    """A vector that is there already stays; a row that was erased meanwhile gets none."""
    known = "SELECT 1 FROM terms WHERE row = ?"
    if not connection.execute(known, [row]).fetchone():
        return
    connection.execute(
        "INSERT OR IGNORE INTO vector (fingerprint, row, vector) VALUES (?, ?, ?)",
        (fingerprint, row, vector.astype("<f4").tobytes()),
    )
    if states is not None:
        connection.execute(
            "INSERT OR IGNORE INTO token_states VALUES (?, ?, ?)",
            (row, fingerprint, dump_states(states)),
        )


def _event(connection: sqlite3.Connection, sight: Sight, event: Event, digest: str) -> None:
    """Born with the next line of the journal, which tells of it."""
    connection.execute(
        "INSERT INTO event (id, scope, at, recorded, digest, messages, labels, until, sensitivity,"
        " branch, born) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT coalesce(max(seq), 0) + 1 FROM journal))",
        (
            event.id,
            scopes.code(connection, event.scope),
            micros(event.at),
            micros(event.recorded),
            digest,
            dump_messages(event.messages),
            json.dumps(dict(event.labels)),
            micros(event.until),
            event.sensitivity,
            sight.own,
        ),
    )


def _event_is_there(connection: sqlite3.Connection, id: str) -> bool:
    query = "SELECT 1 FROM event WHERE id = ?"
    return connection.execute(query, [id]).fetchone() is not None


def _journal(connection: sqlite3.Connection, batch: Batch) -> int:
    """One line per op; a batch without ops leaves one line of its own."""
    lines = [(done.op, done.id, done.version, done.why) for done in batch.entries]
    if batch.event:
        lines.insert(0, ("event", batch.event.id, None, ""))
    connection.executemany(
        "INSERT INTO journal (batch, at, by, cause, op, id, version, why) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(batch.id, micros(batch.at), batch.by, batch.cause, *line) for line in lines],
    )
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0])


def _link(
    connection: sqlite3.Connection, sight: Sight, link: Link, batch: Batch, sequence: int
) -> None:
    """The same edge proposed again takes the new weight; the old one stays in history."""
    _end_link(connection, sight, link, batch, sequence)
    connection.execute(
        "INSERT INTO link (src, dst, relation, weight, why, branch, created, born, batch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (link.src, link.dst, link.relation, link.weight, link.why, sight.own, micros(batch.at),
         sequence, batch.id),
    )  # fmt: skip


def _end_link(
    connection: sqlite3.Connection, sight: Sight, link: Link, batch: Batch, sequence: int
) -> None:
    """Ends the edge as this line holds it.

    The plus sign keeps SQLite from reading all edges to the destination, which may be what
    everything is about; an edge belongs to its source, which has few.
    """
    held = sight.current(NOW, "link")
    for row in connection.execute(
        f"SELECT row, branch, expired FROM link WHERE src = ? AND +dst = ? AND relation = ?"
        f" AND {held.sql}",
        (link.src, link.dst, link.relation, *held.values),
    ).fetchall():
        end(connection, sight, "link", row, (micros(batch.at), sequence))
