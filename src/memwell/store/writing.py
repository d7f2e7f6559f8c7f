"""Writes one batch inside an open transaction."""

import json
import sqlite3

from memwell.core.cube import MemCube
from memwell.core.errors import Conflict
from memwell.core.message import Event
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Batch, Keys, Put
from memwell.core.view import NOW
from memwell.store import audit, branches, jobs, quotas, scopes
from memwell.store.codec import dump_messages, dump_payload, dump_receipt, dump_states, micros
from memwell.store.filters import UNINDEXED
from memwell.store.sight import Sight

ERASURES = "erasures"  # the setting that counts them; whoever read something compares it
NOWHERE = -10  # place of what is not a turn: next to nothing


def write(connection: sqlite3.Connection, sight: Sight, batch: Batch, actor: Scope) -> int:
    """Events, versions, links, search entries, journal and receipt; returns the last sequence."""
    branches.check(connection, sight.own)
    if batch.event:
        _event(connection, sight, batch.event, batch.digest or "")
    elif batch.cause and not _event_is_there(connection, batch.cause):
        raise Conflict(f"event {batch.cause} was forgotten, so nothing can be derived from it")
    if batch.erasures not in (None, erasures(connection)):
        raise Conflict("something was forgotten since it was read; derive it anew")
    sequence = _journal(connection, batch)
    for put in batch.puts:
        _version(connection, sight, put, sequence, batch.fingerprint)
    for link in batch.cut:
        _end_link(connection, sight, link, batch, sequence)
    for link in batch.links:
        _link(connection, sight, link, batch, sequence)
    if batch.receipt:
        save_receipt(connection, batch.receipt)
        jobs.open_(connection, batch.receipt, sight.own, batch.at)
    quotas.check(connection, [put.cube for put in batch.puts])
    audit.append(connection, batch, actor, sequence)
    return sequence


def erasures(connection: sqlite3.Connection) -> int:
    """How often something was erased."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", [ERASURES]).fetchone()
    return int(found[0]) if found else 0


def save_receipt(connection: sqlite3.Connection, receipt: Receipt) -> None:
    """Keeps it."""
    connection.execute(
        "INSERT OR REPLACE INTO receipt VALUES (?, ?, ?)",
        (receipt.id, receipt.status, dump_receipt(receipt)),
    )


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


def reinstate(connection: sqlite3.Connection, put: Put, branch: int, born: int, place: int) -> None:
    """A first version that was lost, as it was written once; the others of its cube move up.

    The full-text index is told of it; what is wrong with the order of versions is left to others.
    """
    for step in ("-version - 1", "-version"):  # by way of numbers that nobody has
        connection.execute(f"UPDATE version SET version = {step} WHERE id = ?", [put.cube.id])
    row = _insert(connection, Sight(branch), put.cube, born)
    _labels(connection, row, put.cube)
    if put.keys:
        _keys(connection, row, put.cube.scope, put.keys, None)
    connection.execute("UPDATE version SET found_by = row, place = ? WHERE row = ?", (place, row))
    _lineage(connection, row, put.cube)


def lexical_words(terms: bytes) -> str:
    """The hashed terms as the words the full-text index holds: 8 hex digits each."""
    digits = terms.hex()
    return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))


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


def _version(
    connection: sqlite3.Connection, sight: Sight, put: Put, sequence: int, fingerprint: str | None
) -> None:
    found_by = _close_previous(connection, sight, put.cube, sequence)
    row = _insert(connection, sight, put.cube, sequence)
    _labels(connection, row, put.cube)
    if put.keys:
        _keys(connection, row, put.cube.scope, put.keys, fingerprint)
        found_by = row
    connection.execute("UPDATE version SET found_by = ? WHERE row = ?", (found_by or row, row))
    if put.cube.version > 1:  # a memory is as sensitive in its past as it is now
        connection.execute(
            "UPDATE version SET sensitivity = ? WHERE id = ? AND sensitivity != ?",
            (put.cube.sensitivity, put.cube.id, put.cube.sensitivity),
        )
    _lineage(connection, row, put.cube)
    if put.cube.version == 1 and put.cube.last_used:
        _use(connection, put.cube)


def _close_previous(
    connection: sqlite3.Connection, sight: Sight, cube: MemCube, sequence: int
) -> int | None:
    """Ends the version before; returns the row whose search entries served it."""
    last = connection.execute(
        "SELECT row, version, found_by, branch, expired FROM version"
        f" WHERE id = ? AND {sight.cleared().seen('version').sql} ORDER BY version DESC LIMIT 1",
        (cube.id,),
    ).fetchone()
    row, version, found_by, branch, expired = last or (0, 0, None, sight.own, None)
    if cube.version != version + 1:
        raise Conflict(
            f"cube {cube.id} is at version {version}, so version {cube.version} cannot follow; "
            "read it again and retry"
        )
    if last:
        ending = (micros(cube.known.start), sequence)
        _end(connection, sight, "version", (row, branch, expired), ending)
    return found_by


def _end(
    connection: sqlite3.Connection,
    sight: Sight,
    table: str,
    ended: tuple[int, int, int | None],
    ending: tuple[int | None, int],
) -> None:
    """Ends a row (its number, branch and end): for all that hold it if it is this branch's own."""
    row, branch, expired = ended
    if branch != sight.own:
        connection.execute(
            "INSERT OR IGNORE INTO ended (kind, row, branch, expired, died) VALUES (?, ?, ?, ?, ?)",
            (table, row, sight.own, *ending),
        )
    elif expired is None:
        connection.execute(
            f"UPDATE {table} SET expired = ?, died = ? WHERE row = ?", (*ending, row)
        )


def _insert(connection: sqlite3.Connection, sight: Sight, cube: MemCube, sequence: int) -> int:
    form, payload = dump_payload(cube.payload)
    code = scopes.code(connection, cube.scope)
    cursor = connection.execute(
        "INSERT INTO version (id, version, branch, scope, place, state, form, payload, by, trust,"
        " sensitivity, valid_from, valid_to, created, expired, until, born, died, found_by, labels,"
        " keys)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (
            cube.id,
            cube.version,
            sight.own,
            code,
            _place(connection, cube, code),
            cube.state,
            form,
            payload,
            cube.source.by,
            cube.source.trust,
            cube.sensitivity,
            micros(cube.valid.start),
            micros(cube.valid.end),
            micros(cube.known.start),
            micros(cube.known.end),
            micros(cube.until),
            sequence,
            sequence if cube.known.end else None,  # a past version that is imported is past at once
            json.dumps(dict(cube.labels)),
            json.dumps(cube.keys),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _place(connection: sqlite3.Connection, cube: MemCube, code: int) -> int:
    """A new turn comes last in its session; a new version stays where the cube is."""
    if "turn" not in cube.labels:
        return NOWHERE
    if cube.version > 1:
        found = connection.execute("SELECT place FROM version WHERE id = ? LIMIT 1", [cube.id])
    else:
        found = connection.execute(
            "SELECT coalesce(max(place), -1) + 1 FROM version WHERE scope = ? AND place >= 0",
            [code],
        )
    return int(found.fetchone()[0])


def _labels(connection: sqlite3.Connection, row: int, cube: MemCube) -> None:
    connection.executemany(
        "INSERT INTO label VALUES (?, ?, ?)",
        [(name, value, row) for name, value in cube.labels.items() if name not in UNINDEXED],
    )


def _keys(
    connection: sqlite3.Connection, row: int, scope: Scope, keys: Keys, fingerprint: str | None
) -> None:
    hashed = keys.terms.astype("<u4").tobytes()
    connection.execute("INSERT INTO terms VALUES (?, ?)", (row, hashed))
    connection.execute(
        "INSERT INTO lexical (rowid, owner, words) VALUES (?, ?, ?)",
        (row, owner_words(scope), lexical_words(hashed)),
    )
    if keys.vector is not None and fingerprint:
        put_vector(connection, row, fingerprint, keys.vector, keys.tokens)


def owner_words(scope: Scope) -> str:
    """A reader names a tenant, or a tenant and a user; a row can be found by either."""
    return f"{scopes.owner(scope.tenant, None)} {scopes.owner(scope.tenant, scope.user)}"


def _lineage(connection: sqlite3.Connection, row: int, cube: MemCube) -> None:
    kinds = (("event", cube.source.events), ("parent", cube.source.parents))
    connection.executemany(
        "INSERT INTO lineage VALUES (?, ?, ?, ?)",
        [(row, kind, place, id) for kind, ids in kinds for place, id in enumerate(ids)],
    )


def _use(connection: sqlite3.Connection, cube: MemCube) -> None:
    """A cube that is new and was used already comes from an import."""
    connection.execute(
        "INSERT OR IGNORE INTO usage (id, uses, last_used, strength) VALUES (?, ?, ?, ?)",
        (cube.id, cube.uses, micros(cube.last_used), cube.strength),
    )


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
    """Ends the edge as this line holds it."""
    held = sight.current(NOW, "link")
    for row in connection.execute(
        f"SELECT row, branch, expired FROM link WHERE (src, dst, relation) = (?, ?, ?)"
        f" AND {held.sql}",
        (link.src, link.dst, link.relation, *held.values),
    ).fetchall():
        _end(connection, sight, "link", row, (micros(batch.at), sequence))
