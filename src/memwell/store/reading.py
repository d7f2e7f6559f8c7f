"""Reads cubes, events, links and the journal, each at a moment."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from memwell.core.cube import MemCube, Source
from memwell.core.evidence import Ints
from memwell.core.interval import Interval
from memwell.core.lifecycle import State
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Entry
from memwell.core.view import Moment
from memwell.store import scopes
from memwell.store.codec import load_messages, load_payload, micros, moment

V = TypeVar("V")

CHUNK = 500  # rows read, or values bound, at a time

CUBE = """
SELECT version.row, version.id, version.version, state, form, payload, by, trust,
       valid_from, valid_to, created, expired, labels, keys,
       tenant, user, agent, session,
       coalesce(strength, 1.0), coalesce(uses, 0), last_used
FROM version JOIN scope ON scope.code = version.scope LEFT JOIN usage ON usage.id = version.id
"""


def cube(connection: sqlite3.Connection, id: str, at: Moment) -> MemCube | None:
    condition, values = scopes.current(at)
    rows = connection.execute(f"{CUBE} WHERE version.id = ? AND {condition}", [id, *values])
    return next(_cubes(connection, rows.fetchall()), None)


def history(connection: sqlite3.Connection, id: str) -> list[MemCube]:
    rows = connection.execute(f"{CUBE} WHERE version.id = ? ORDER BY version", [id])
    return list(_cubes(connection, rows.fetchall()))


def of_rows(connection: sqlite3.Connection, rows: Ints) -> dict[int, MemCube]:
    """Cubes by the row of their version."""
    found: dict[int, MemCube] = {}
    for part in chunks(rows.tolist()):
        records = connection.execute(
            f"{CUBE} WHERE version.row IN ({marks(part)})", part
        ).fetchall()
        found.update(
            zip((record[0] for record in records), _cubes(connection, records), strict=True)
        )
    return found


def scan(
    connection: sqlite3.Connection, scope: Scope, states: frozenset[State], at: Moment
) -> Iterator[MemCube]:
    """In the order they were recorded; a chunk at a time, so that any amount can be read."""
    inside, owned = scopes.covered(scope, "version.scope")
    condition, values = scopes.current(at)
    query = (
        f"{CUBE} WHERE version.row > ? AND {inside} AND {condition}"
        f" AND state IN ({marks(states)}) ORDER BY version.row LIMIT {CHUNK}"
    )
    last = 0
    while records := connection.execute(query, [last, *owned, *values, *sorted(states)]).fetchall():
        last = records[-1][0]
        yield from _cubes(connection, records)


def ids_with_prefix(connection: sqlite3.Connection, prefix: str, scope: Scope) -> list[str]:
    inside, owned = scopes.covered(scope)
    return [
        id
        for (id,) in connection.execute(
            f"SELECT DISTINCT id FROM version WHERE id >= ? AND id < ? AND {inside}",
            [prefix, prefix + "~", *owned],
        )
    ]


def derived(connection: sqlite3.Connection, sources: Iterable[str], kind: str) -> list[str]:
    """Ids of cubes that name one of these sources, in any version."""
    found: list[str] = []
    for part in chunks(list(sources)):
        found += [
            id
            for (id,) in connection.execute(
                "SELECT DISTINCT id FROM version JOIN lineage USING (row)"
                f" WHERE kind = ? AND source IN ({marks(part)})",
                [kind, *part],
            )
        ]
    return list(dict.fromkeys(found))


def links(connection: sqlite3.Connection, id: str, at: Moment) -> list[Link]:
    condition, values = "expired IS NULL", []
    if at.known is not None:
        condition = "created <= ? AND coalesce(expired > ?, TRUE)"
        values = [micros(at.known)] * 2
    rows = connection.execute(
        "SELECT src, dst, relation, why, weight FROM link"
        f" WHERE (src = ? OR dst = ?) AND {condition} ORDER BY rowid",
        [id, id, *values],
    )
    return [Link(*row) for row in rows]


EVENT = """SELECT id, tenant, user, agent, session, at, recorded, messages
FROM event JOIN scope ON scope.code = event.scope"""


def events(connection: sqlite3.Connection, ids: Iterable[str]) -> list[Event]:
    found: list[Event] = []
    for part in chunks(list(ids)):
        rows = connection.execute(f"{EVENT} WHERE id IN ({marks(part)}) ORDER BY seq", part)
        found += [_event(row) for row in rows]
    return found


def all_events(connection: sqlite3.Connection, scope: Scope) -> Iterator[Event]:
    inside, owned = scopes.covered(scope, "event.scope")
    ids = connection.execute(f"SELECT id FROM event WHERE {inside} ORDER BY seq", owned).fetchall()
    for part in chunks([id for (id,) in ids]):
        yield from events(connection, part)


def journal(connection: sqlite3.Connection, id: str | None, after: int) -> list[Entry]:
    condition, values = ("AND id = ?", [id]) if id else ("", [])
    rows = connection.execute(
        "SELECT seq, batch, at, by, cause, op, id, version, why FROM journal"
        f" WHERE seq > ? {condition} ORDER BY seq",
        [after, *values],
    )
    return [_entry(row) for row in rows]


def marks(values: Iterable[Any]) -> str:
    """One placeholder for each value."""
    return ", ".join("?" for _ in values)


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _cubes(connection: sqlite3.Connection, records: Sequence[tuple[Any, ...]]) -> Iterator[MemCube]:
    for part in chunks(records):
        lineage = _lineage(connection, [record[0] for record in part])
        for record in part:
            yield _cube(record, lineage.get(record[0], {}))


def _lineage(
    connection: sqlite3.Connection, rows: Sequence[int]
) -> dict[int, dict[str, tuple[str, ...]]]:
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for row, kind, source in connection.execute(
        "SELECT row, kind, source FROM lineage"
        f" WHERE row IN ({marks(rows)}) ORDER BY row, kind, place",
        rows,
    ):
        kinds = found.setdefault(row, {})
        kinds[kind] = (*kinds.get(kind, ()), source)
    return found


def _cube(record: tuple[Any, ...], lineage: dict[str, tuple[str, ...]]) -> MemCube:
    _, id, version, state, form, payload, by, trust, *rest = record
    valid_from, valid_to, created, expired, labels, keys, tenant, user, agent, session, *use = rest
    strength, uses, last_used = use
    return MemCube(
        id=id,
        version=version,
        payload=load_payload(form, payload),
        scope=Scope(tenant, user or None, agent or None, session or None),
        source=Source(by, lineage.get("event", ()), lineage.get("parent", ()), trust),
        valid=Interval(moment(valid_from), moment(valid_to)),
        known=Interval(moment(created), moment(expired)),
        state=State(state),
        strength=strength,
        uses=uses,
        last_used=moment(last_used),
        labels=json.loads(labels),
        keys=tuple(json.loads(keys)),
    )


def _event(row: tuple[Any, ...]) -> Event:
    id, tenant, user, agent, session, at, recorded, messages = row
    happened, learned = moment(at), moment(recorded)
    assert happened is not None
    assert learned is not None
    return Event(
        id,
        load_messages(messages),
        Scope(tenant, user or None, agent or None, session or None),
        happened,
        learned,
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, batch, at, by, cause, op, id, version, why = row
    when = moment(at)
    assert when is not None
    return Entry(seq, batch, when, by, cause, Applied(op, id, version, why))
