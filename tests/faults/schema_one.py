"""A memory as the first version of memwell wrote it, made from the first schema and plain SQL."""

import json
import sqlite3
from pathlib import Path

from acknowledged import EMBEDDER

from memwell.core.identity import derive
from memwell.index.analysis import terms
from memwell.store.codec import dump_states
from memwell.store.schema import migrations

EVENTS = 12
AT = 1_700_000_000_000_000  # microseconds


def made(folder: Path) -> dict[str, list[str]]:
    """Makes it; returns the texts of every memory by its id."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "memory.db")
    connection.executescript(f"{migrations()[0][1]};PRAGMA user_version = 1")
    connection.execute("INSERT INTO scope VALUES (1, 'default', '', '', 's1')")
    texts: dict[str, list[str]] = {}
    for number in range(1, EVENTS + 1):
        texts |= _event(connection, number)
    connection.commit()
    connection.close()
    return texts


def _event(connection: sqlite3.Connection, number: int) -> dict[str, list[str]]:
    """One event of one turn, with the note that was made of it."""
    event, text = derive("event", number), f"word{number}x likes tea"
    messages = json.dumps([{"role": "user", "content": text}])
    connection.execute(
        "INSERT INTO event VALUES (?, ?, 1, ?, ?, ?, ?)",
        (number, event, AT + number, AT + number, f"digest {number}", messages),
    )
    receipt = {"id": event, "status": "refined", "events": [event], "applied": [], "dropped": []}
    body = {**receipt, "tokens": 0, "seconds": 0.0, "error": None}
    connection.execute("INSERT INTO receipt VALUES (?, 'refined', ?)", (event, json.dumps(body)))
    turn, note = derive(event, 0), derive(event, "note")
    labels = json.dumps({"role": "user", "turn": "0"})
    _cube(connection, 2 * number - 1, turn, text, labels, number - 1)
    _cube(connection, 2 * number, note, f"noted: {text}", "{}", -10)
    for row, kind, source in ((2 * number - 1, "event", event), (2 * number, "parent", turn)):
        connection.execute("INSERT INTO lineage VALUES (?, ?, 0, ?)", (row, kind, source))
    connection.execute("INSERT INTO lineage VALUES (?, 'event', 0, ?)", (2 * number, event))
    connection.execute(
        "INSERT INTO link VALUES (?, ?, 'note of', 1.0, '', ?, NULL)", (note, turn, AT)
    )
    return {turn: [text]}


def _cube(
    connection: sqlite3.Connection, row: int, id: str, text: str, labels: str, place: int
) -> None:
    """The first version, with all it is found by."""
    connection.execute(
        "INSERT INTO version VALUES (?, ?, 1, 1, ?, 'activated', 'text', ?, 'test', 1.0,"
        " NULL, NULL, ?, NULL, ?, NULL, ?, ?, '[]')",
        (row, id, place, text, AT + row, row, row, labels),
    )
    hashed = terms(text).astype("<u4").tobytes()
    connection.execute("INSERT INTO terms VALUES (?, ?)", (row, hashed))
    connection.execute(
        "INSERT INTO lexical (rowid, owner, words) VALUES (?, 'owner', ?)",
        (row, hashed.hex(" ", -4)),
    )
    embedded = EMBEDDER.embed([text])
    assert embedded.tokens
    vector, states = embedded.vectors[0].astype("<f4").tobytes(), dump_states(embedded.tokens[0])
    connection.execute(
        "INSERT INTO vector (fingerprint, row, vector) VALUES (?, ?, ?)",
        (EMBEDDER.fingerprint, row, vector),
    )
    connection.execute(
        "INSERT INTO token_states VALUES (?, ?, ?)", (row, EMBEDDER.fingerprint, states)
    )
    connection.execute(
        "INSERT INTO journal (batch, at, by, op, id, version, why)"
        " VALUES (?, ?, 'test', 'add', ?, 1, '')",
        (f"batch {row}", AT + row, id),
    )
