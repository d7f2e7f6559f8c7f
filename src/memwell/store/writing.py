"""Writes one batch inside an open transaction."""

import json
from collections.abc import Sequence

from memwell.core.errors import Conflict
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.store import Batch
from memwell.core.view import NOW
from memwell.store import audit, branches, jobs, quotas, scopes, settings
from memwell.store.codec import dump_messages, micros
from memwell.store.dialect import Connection, dialect
from memwell.store.receipts import save as save_receipt
from memwell.store.sight import Sight
from memwell.store.versions import Versions, end

EVENT = "id, scope, at, recorded, digest, messages, labels, until, sensitivity, branch, born"
ERASURES = "erasures"  # the setting that counts them; whoever read something compares it


Line = tuple[str, str | None, int | None, str]  # op, id, version, why


def write(connection: Connection, sight: Sight, batch: Batch, actor: Scope) -> int:
    """Events, versions, links, search entries, journal and receipt; returns the last sequence."""
    branches.check(connection, sight.own)
    lines = _lines(batch)
    first = dialect(connection).reserve(connection, "journal", len(lines)) if lines else 0
    if batch.event:
        _event(connection, sight, batch.event, batch.digest or "", first)
    elif batch.cause and not _event_is_there(connection, batch.cause):
        raise Conflict(f"event {batch.cause} was forgotten, so nothing can be derived from it")
    if batch.erasures not in (None, erasures(connection)):
        raise Conflict("something was forgotten since it was read; derive it anew")
    if batch.claim:
        jobs.hold(connection, sight, batch.claim)
    sequence = _journal(connection, batch, lines, first)
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


def erasures(connection: Connection) -> int:
    """How often something was erased."""
    return settings.count(connection, ERASURES)


def _event(connection: Connection, sight: Sight, event: Event, digest: str, born: int) -> None:
    """Born with the line of the journal that tells of it."""
    row = (
        event.scope.tenant,
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
        born,
    )
    dialect(connection).add(connection, "event", EVENT, [row])


def _event_is_there(connection: Connection, id: str) -> bool:
    query = "SELECT 1 FROM event WHERE id = ?"
    return connection.execute(query, [id]).fetchone() is not None


def _lines(batch: Batch) -> list[Line]:
    """One line of the journal for each op, and one for an event."""
    lines: list[Line] = [(done.op, done.id, done.version, done.why) for done in batch.entries]
    if batch.event:
        lines.insert(0, ("event", batch.event.id, None, ""))
    return lines


def _journal(connection: Connection, batch: Batch, lines: Sequence[Line], first: int) -> int:
    """Writes the lines under the numbers from the first one on; returns the journal's last."""
    if not lines:
        return last(connection)
    told = (batch.id, micros(batch.at), batch.by, batch.cause)
    connection.executemany(
        "INSERT INTO journal (seq, batch, at, by, cause, op, id, version, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(seq, *told, *line) for seq, line in enumerate(lines, first)],
    )
    return first + len(lines) - 1


def last(connection: Connection) -> int:
    """The journal's last number."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0])


def _link(connection: Connection, sight: Sight, link: Link, batch: Batch, sequence: int) -> None:
    """The same edge proposed again takes the new weight; the old one stays in history."""
    _end_link(connection, sight, link, batch, sequence)
    connection.execute(
        "INSERT INTO link (src, dst, relation, weight, why, branch, created, born, batch)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (link.src, link.dst, link.relation, link.weight, link.why, sight.own, micros(batch.at),
         sequence, batch.id),
    )  # fmt: skip


def _end_link(
    connection: Connection, sight: Sight, link: Link, batch: Batch, sequence: int
) -> None:
    """Ends the edge as this line holds it.

    Something is put to the destination lest all edges to it are read, which may be what everything
    is about; an edge belongs to its source, which has few.
    """
    held = sight.current(NOW, "link")
    for row in connection.execute(
        f"SELECT row, branch, expired FROM link WHERE src = ? AND dst || '' = ? AND relation = ?"
        f" AND {held.sql}",
        (link.src, link.dst, link.relation, *held.values),
    ).fetchall():
        end(connection, sight, "link", row, (micros(batch.at), sequence))
