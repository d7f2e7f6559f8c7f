"""Where memories came from: events and memories that are there; a lost event comes of its turns."""

import json
import sqlite3
from collections.abc import Iterator

from memwell.core.cube import MemCube
from memwell.core.identity import turn_id
from memwell.core.message import Message
from memwell.kernel.intake import RESERVED
from memwell.store import reading
from memwell.store.codec import dump_messages, micros
from memwell.store.health.patient import Finding, Patient, counted, some

LOST = (
    "SELECT DISTINCT source FROM lineage WHERE kind = 'event'"
    " AND NOT EXISTS (SELECT 1 FROM event WHERE event.id = source)"
)
UNKNOWN = (
    "SELECT DISTINCT source FROM lineage WHERE kind = 'parent'"
    " AND NOT EXISTS (SELECT 1 FROM version WHERE version.id = source)"
)


def sources(patient: Patient) -> Iterator[Finding]:
    """Lineage names what is there."""
    lost = patient.values(LOST)
    known = [event for event in lost if _turns(patient.connection, event)]
    if known:
        what = f"{counted(len(known), 'event')} are missing; their turns are there"
        yield Finding(what, some(known), _rebuilt)
    unknown = [*(event for event in lost if event not in known), *patient.values(UNKNOWN)]
    if unknown:
        what = f"{counted(len(unknown), 'source')} that memories name are not there"
        yield Finding(what, some(unknown), grave=False)


def _turns(connection: sqlite3.Connection, event: str) -> list[MemCube]:
    """First versions of the turns of an event, in order."""
    ids = connection.execute(
        "SELECT DISTINCT id FROM lineage JOIN version USING (row)"
        " WHERE kind = 'event' AND source = ? AND version = 1",
        [event],
    ).fetchall()
    first = (reading.everywhere(connection, id)[0] for (id,) in ids)
    found = {int(c.labels.get("turn", -1)): c for c in first if "turn" in c.labels}
    return [cube for n, cube in sorted(found.items()) if cube.id == turn_id(event, n)]


def _rebuilt(patient: Patient) -> str:
    with patient.changing() as connection:
        lost = [event for (event,) in connection.execute(LOST).fetchall()]
        found = {event: turns for event in lost if (turns := _turns(connection, event))}
        for event, turns in found.items():
            _insert(connection, event, turns)
    return (
        f"put {counted(len(found), 'event')} together again from their turns; attachments are in"
        " the words"
    )


def _insert(connection: sqlite3.Connection, event: str, turns: list[MemCube]) -> None:
    """Without a digest: it may differ from what came in."""
    by_place = {int(cube.labels["turn"]): cube for cube in turns}
    messages = [
        _message(by_place[place], turns[0]) if place in by_place else Message("")
        for place in range(max(by_place) + 1)
    ]
    first = turns[0]
    labels = {name: value for name, value in first.labels.items() if name not in RESERVED}
    connection.execute(
        "INSERT INTO event (id, scope, at, recorded, digest, messages, labels, until, sensitivity,"
        " branch, born) SELECT ?, scope, ?, created, '', ?, ?, until, sensitivity, branch, born"
        " FROM version WHERE id = ? AND version = 1 LIMIT 1",
        (
            event,
            micros(first.at or first.known.start),
            dump_messages(messages),
            json.dumps(labels),
            first.id,
        ),
    )


def _message(cube: MemCube, first: MemCube) -> Message:
    """Its time is told where it differs from the event's."""
    role, at = cube.labels.get("role", "user"), cube.at if cube.at != first.at else None
    return Message(cube.text, role, cube.speaker, at, cube.labels.get("ref"))
