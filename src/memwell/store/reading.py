"""Reads cubes, events, links and the journal, each at a moment."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from memwell.core.access import Right, Sensitivity
from memwell.core.cube import MemCube, Source
from memwell.core.evidence import Ints
from memwell.core.filter import Filter
from memwell.core.interval import Interval
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Entry
from memwell.core.view import NOW, Moment
from memwell.store.clause import Clause
from memwell.store.codec import load_messages, load_payload, moment
from memwell.store.dialect import Connection
from memwell.store.filters import matching
from memwell.store.reach import own, reach
from memwell.store.sight import Sight

V = TypeVar("V")

CHUNK = 500  # rows read, or values bound, at a time

# {expired} is when the version ended in the line that is read.
CUBE = """
SELECT version.row, version.id, version.version, state, form, payload, by, trust,
       valid_from, valid_to, created, {expired}, labels, keys,
       tenant, user, agent, session,
       coalesce(strength, 1.0), coalesce(uses, 0), last_used, until, sensitivity
FROM version JOIN scope ON scope.code = version.scope LEFT JOIN usage ON usage.id = version.id
"""


def cube(connection: Connection, sight: Sight, id: str, at: Moment) -> MemCube | None:
    held = sight.current(at)
    rows = connection.execute(
        f"{_selected(sight)} WHERE version.id = ? AND {held.sql}", [id, *held.values]
    )
    return next(_cubes(connection, rows.fetchall()), None)


def history(connection: Connection, sight: Sight, id: str) -> list[MemCube]:
    query = f"{_selected(sight)} WHERE version.id = ? AND {sight.seen('version').sql}"
    rows = connection.execute(f"{query} ORDER BY version", [id])
    return list(_cubes(connection, rows.fetchall()))


def everywhere(connection: Connection, id: str) -> list[MemCube]:
    """All versions of a cube in all branches: what forgetting must look at."""
    query = f"{_selected(Sight())} WHERE version.id = ? ORDER BY version.row"
    return list(_cubes(connection, connection.execute(query, [id]).fetchall()))


def of_rows(connection: Connection, sight: Sight, rows: Ints) -> dict[int, MemCube]:
    """Cubes by the row of their version."""
    found: dict[int, MemCube] = {}
    for part in chunks(rows.tolist()):
        records = connection.execute(
            f"{_selected(sight)} WHERE version.row IN ({marks(part)})", part
        ).fetchall()
        found.update(
            zip((record[0] for record in records), _cubes(connection, records), strict=True)
        )
    return found


def scan(
    connection: Connection,
    sight: Sight,
    scope: Scope,
    states: frozenset[State],
    at: Moment,
    where: Filter | None = None,
) -> Iterator[MemCube]:
    """In the order they were recorded; a chunk at a time, so that any amount can be read.

    The plus sign keeps SQLite from walking the scope's index where labels name a few.
    """
    column = "+version.scope" if where else "version.scope"
    read = sight.readable(connection, scope, at, column) & matching(where)
    query = (
        f"{_selected(sight)} WHERE version.row > ? AND {read.sql}"
        f" AND state IN ({marks(states)}) ORDER BY version.row LIMIT {CHUNK}"
    )
    last = 0
    while records := connection.execute(query, [last, *read.values, *sorted(states)]).fetchall():
        last = records[-1][0]
        yield from _cubes(connection, records)


def owners(connection: Connection, sight: Sight, scope: Scope) -> list[Scope]:
    """Users and agents within a scope, that have searchable memories."""
    states = sorted(SEARCHABLE)
    read = own(connection, scope).wholly("version.scope") & sight.current(NOW)
    rows = connection.execute(
        "SELECT DISTINCT tenant, user, agent FROM scope WHERE code IN (SELECT scope FROM version"
        f" WHERE {read.sql} AND state IN ({marks(states)})) ORDER BY tenant, user, agent",
        [*read.values, *states],
    )
    return [Scope(tenant, user or None, agent or None) for tenant, user, agent in rows]


def ids_with_prefix(
    connection: Connection, sight: Sight, prefix: str, scope: Scope, right: Right | None
) -> list[str]:
    """Ids in reach, in the order of recording; without a right, the scope's own alone."""
    column = "+version.scope" if prefix else "version.scope"  # a few rows, or all of the scope
    within = (reach(connection, scope, right) if right else own(connection, scope)).holds(column)
    return [
        id
        for (id,) in connection.execute(
            "SELECT id FROM version WHERE id >= ? AND id < ?"
            f" AND {within.sql} AND {sight.seen('version').sql} GROUP BY id ORDER BY min(row)",
            [prefix, prefix + "~", *within.values],
        )
    ]


def permitted(
    connection: Connection, sight: Sight, ids: Iterable[str], scope: Scope, right: Right
) -> set[str]:
    """Those of the cubes that the reader has this right on."""
    within = reach(connection, scope, right).holds("+version.scope") & sight.seen("version")
    found: set[str] = set()
    for part in chunks(list(ids)):
        rows = connection.execute(
            f"SELECT DISTINCT id FROM version WHERE id IN ({marks(part)}) AND {within.sql}",
            [*part, *within.values],
        )
        found.update(id for (id,) in rows)
    return found


def derived(connection: Connection, sources: Iterable[str], kind: str) -> list[str]:
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


def links(connection: Connection, sight: Sight, id: str, at: Moment) -> list[Link]:
    held = sight.current(Moment(known=at.known), "link")
    rows = connection.execute(
        "SELECT src, dst, relation, why, weight FROM link"
        f" WHERE (src = ? OR dst = ?) AND {held.sql} ORDER BY row",
        [id, id, *held.values],
    )
    return [Link(*row) for row in rows]


EVENT = """
SELECT id, tenant, user, agent, session, at, recorded, messages, labels, until, sensitivity
FROM event JOIN scope ON scope.code = event.scope"""


def events(
    connection: Connection, sight: Sight, ids: Iterable[str], reader: Scope | None = None
) -> list[Event]:
    """Events by id: all of them, or those a reader may read as a whole."""
    found: list[Event] = []
    condition = _whole(connection, sight, reader) if reader else Clause("TRUE")
    for part in chunks(list(ids)):
        rows = connection.execute(
            f"{EVENT} WHERE id IN ({marks(part)}) AND {condition.sql} ORDER BY seq",
            [*part, *condition.values],
        )
        found += [_event(row) for row in rows]
    return found


def all_events(connection: Connection, sight: Sight, scope: Scope) -> Iterator[Event]:
    """The events of a scope itself, in the order they were recorded."""
    inside = own(connection, scope).wholly("event.scope") & sight.seen("event")
    ids = connection.execute(
        f"SELECT id FROM event WHERE {inside.sql} ORDER BY seq", inside.values
    ).fetchall()
    for part in chunks([id for (id,) in ids]):
        yield from events(connection, sight, part, scope)


def _whole(connection: Connection, sight: Sight, reader: Scope) -> Clause:
    """Condition that a reader may read all of an event: no turn of it is beyond its clearance."""
    return reach(connection, reader, Right.READ).wholly("event.scope") & sight.seen("event")


def journal(connection: Connection, id: str | None, after: int, until: int | None) -> list[Entry]:
    last = (1 << 63) - 1 if until is None else until
    if id:
        return entries(connection, "seq > ? AND seq <= ? AND id = ?", [after, last, id])
    return entries(connection, "seq > ? AND seq <= ?", [after, last])


def entries(connection: Connection, condition: str, values: Sequence[Any]) -> list[Entry]:
    """Lines of the journal, in order."""
    rows = connection.execute(
        "SELECT seq, batch, at, by, cause, op, id, version, why FROM journal"
        f" WHERE {condition} ORDER BY seq",
        values,
    )
    return [_entry(row) for row in rows]


def marks(values: Iterable[Any]) -> str:
    """One placeholder for each value."""
    return ", ".join(["?" for _ in values])


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _cubes(connection: Connection, records: Sequence[tuple[Any, ...]]) -> Iterator[MemCube]:
    for part in chunks(records):
        lineage = _lineage(connection, [record[0] for record in part])
        for record in part:
            yield _cube(record, lineage.get(record[0], {}))


def _lineage(connection: Connection, rows: Sequence[int]) -> dict[int, dict[str, tuple[str, ...]]]:
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
    strength, uses, last_used, until, sensitivity = use
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
        until=moment(until),
        sensitivity=Sensitivity(sensitivity),
    )


def _selected(sight: Sight) -> str:
    return CUBE.format(expired=sight.ending("version", "expired"))


def _event(row: tuple[Any, ...]) -> Event:
    id, tenant, user, agent, session, at, recorded, messages, labels, until, sensitivity = row
    happened, learned = moment(at), moment(recorded)
    assert happened is not None
    assert learned is not None
    return Event(
        id,
        load_messages(messages),
        Scope(tenant, user or None, agent or None, session or None),
        happened,
        learned,
        json.loads(labels),
        moment(until),
        Sensitivity(sensitivity),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, batch, at, by, cause, op, id, version, why = row
    when = moment(at)
    assert when is not None
    return Entry(seq, batch, when, by, cause, Applied(op, id, version, why))
