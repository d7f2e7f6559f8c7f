"""Events and their turns: each can be made of the other, so one of them is enough."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memwell.core.cube import MemCube
from memwell.core.identity import turn_id
from memwell.core.message import Event
from memwell.core.store import Put
from memwell.index.keys import keys
from memwell.kernel import record
from memwell.store import reading
from memwell.store.erase import void
from memwell.store.health.lines import mend
from memwell.store.health.patient import Finding, Patient, counted, some
from memwell.store.reading import chunks, marks
from memwell.store.sight import Sight
from memwell.store.versions import NOWHERE, reinstate

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Missing:
    """A turn whose first version is not there, or holds other words than its event."""

    event: Event
    turn: MemCube


def turns(patient: Patient) -> Iterator[Finding]:
    """Every message of every event is a memory, word for word."""
    missing = list(_missing(patient))
    if missing:
        what = f"{counted(len(missing), 'turn')} of events are not there word for word"
        yield Finding(what, some(each.turn.id for each in missing), _rebuilt)


def named(patient: Patient) -> Iterator[Finding]:
    """Every version of a turn names its event: forgetting finds the words by it."""
    nameless = list(_nameless(patient))
    if nameless:
        what = f"{counted(len(nameless), 'version')} of turns do not name their event"
        yield Finding(what, some(row for row, _ in nameless), _renamed)


def readable(patient: Patient) -> Iterator[Finding]:
    """Events that can be read."""
    ids = patient.values("SELECT id FROM event")
    read = {event.id for part in chunks(ids) for event in _events(patient, part)}
    broken = [id for id in ids if id not in read]
    if broken:
        what = f"{counted(len(broken), 'event')} cannot be read; their turns are what is left"
        yield Finding(what, some(broken))


def rebuilt_turns(patient: Patient, ids: Sequence[str]) -> set[str]:
    """Those of the memories that are turns and hold the words of their event."""
    wanted, found = set(ids), set[str]()
    if wanted:
        events = _events(patient, patient.values("SELECT id FROM event"))
        texts = {turn.id: turn.text for event in events for turn in record.turns(event)}
        for id in wanted & texts.keys():
            first = patient.values("SELECT payload FROM version WHERE id = ? AND version = 1", id)
            found |= {id} if first == [texts[id]] else set()
    return found


def _missing(patient: Patient) -> Iterator[Missing]:
    ids = patient.values("SELECT id FROM event ORDER BY seq")
    for part in chunks(ids):
        events = list(_events(patient, part))
        expected = {t.id: Missing(event, t) for event in events for t in record.turns(event)}
        found: dict[str, str] = {}
        for these in chunks(list(expected)):
            query = f"SELECT id, payload FROM version WHERE version = 1 AND id IN ({marks(these)})"
            found.update(patient.rows(query, *these))
        yield from (each for id, each in expected.items() if found.get(id) != each.turn.text)


def _nameless(patient: Patient) -> Iterator[tuple[int, str]]:
    """Row and event."""
    ids = patient.values("SELECT id FROM event ORDER BY seq")
    for event in (event for part in chunks(ids) for event in _events(patient, part)):
        for part in chunks([turn.id for turn in record.turns(event)]):
            rows = patient.values(
                f"SELECT row FROM version WHERE id IN ({marks(part)}) AND NOT EXISTS (SELECT 1 FROM"
                " lineage WHERE lineage.row = version.row AND kind = 'event' AND source = ?)",
                *part,
                event.id,
            )
            yield from ((row, event.id) for row in rows)


def _events(patient: Patient, ids: Sequence[str]) -> Iterator[Event]:
    """Those of the events that can be read."""
    try:
        yield from reading.events(patient.connection, Sight(), ids)
    except UNREADABLE:
        yield from (event for id in ids if (event := _event(patient, id)))


def _event(patient: Patient, id: str) -> Event | None:
    try:
        return reading.events(patient.connection, Sight(), [id])[0]
    except (*UNREADABLE, IndexError):
        return None


def _rebuilt(patient: Patient) -> str:
    with patient.changing() as connection:
        missing = list(_missing(patient))
        for each in missing:
            branch, born = _origin(connection, each.event.id)
            put = Put(each.turn, keys(each.turn, None, 0))
            reinstate(connection, put, branch, born, _place(connection, each))
        mend(connection)
        void(connection)
    return f"wrote {counted(len(missing), 'turn')} again from their events"


def _renamed(patient: Patient) -> str:
    with patient.changing() as connection:
        nameless = list(_nameless(patient))
        connection.executemany(
            "INSERT INTO lineage SELECT ?1, 'event', coalesce(max(place) + 1, 0), ?2 FROM lineage"
            " WHERE row = ?1 AND kind = 'event'",
            nameless,
        )
    return f"had {counted(len(nameless), 'version')} of turns name their event again"


def _origin(connection: sqlite3.Connection, event: str) -> tuple[int, int]:
    """The branch of an event, and the change that its turns were born with."""
    branch, born = connection.execute(
        "SELECT branch, coalesce((SELECT max(seq) FROM journal WHERE batch = event.id"
        " AND by = ?), born) FROM event WHERE id = ?",
        [record.BY, event],
    ).fetchone()
    return branch, born


def _place(connection: sqlite3.Connection, missing: Missing) -> int:
    """Where it stood in its session: where its other versions are, or beside its siblings."""
    number = int(missing.turn.labels["turn"])
    siblings = [turn_id(missing.event.id, n) for n in range(len(missing.event.messages))]
    found = dict(
        connection.execute(
            f"SELECT id, max(place) FROM version WHERE id IN ({marks(siblings)}) GROUP BY id",
            siblings,
        ).fetchall()
    )
    if missing.turn.id in found:
        return int(found[missing.turn.id])
    order = [turn.id for turn in record.turns(missing.event)]
    own = order.index(missing.turn.id)
    for id, place in found.items():
        wanted = place + own - order.index(id) if id in order else NOWHERE
        if wanted >= 0 and not _taken(connection, missing.event, wanted):
            return int(wanted)
    (last,) = connection.execute(
        "SELECT coalesce(max(place), -1) FROM version JOIN scope ON code = scope WHERE"
        " (tenant, user, agent, session) = (?, ?, ?, ?)",
        _parts(missing.event),
    ).fetchone()
    return max(int(last) + 1, number if last < 0 else 0)


def _taken(connection: sqlite3.Connection, event: Event, place: int) -> bool:
    query = (
        "SELECT 1 FROM version JOIN scope ON code = scope WHERE place = ?"
        " AND (tenant, user, agent, session) = (?, ?, ?, ?)"
    )
    return connection.execute(query, [place, *_parts(event)]).fetchone() is not None


def _parts(event: Event) -> list[str]:
    scope = event.scope
    return [scope.tenant, scope.user or "", scope.agent or "", scope.session or ""]
