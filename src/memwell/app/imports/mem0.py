"""mem0's memories: what `get_all` returns, saved as JSON, or the SQLite file of their history.

A memory keeps its id, its dates, whose it is and its metadata; a file of the history brings every
wording that a memory went through, and whether it was deleted.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.app.imports.reading import each, listed
from memwell.app.imports.records import (
    Before,
    Found,
    Left,
    Memo,
    interval,
    labels_of,
    name_of,
    ref_of,
    words_of,
)
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import OnBad
from memwell.core.errors import InvalidInput

TITLE = "mem0 export"
ADDED, DELETED = "ADD", "DELETE"
HISTORY = frozenset("memory_id old_memory new_memory event created_at updated_at".split())


def matches(first: Any) -> bool:
    if not isinstance(first, Mapping):
        return False
    results = listed(first, "results", "memories")
    return _is_memory(first) or bool(results and _is_memory(results[0]))


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    if is_history(path):
        yield from _history(path, on_bad)
        return
    for item in exported_items(path, on_bad):
        fields = item.value
        raws = [fields] if _is_memory(fields) else listed(fields, "results", "memories")
        yield from each(raws, f"{item.place}, memory", _memory, on_bad)
        if relations := listed(fields, "relations"):
            yield Left("relations between names that have no memories", len(relations))


def is_history(path: Path) -> bool:
    """Whether it is the SQLite file in which mem0 keeps what happened to its memories."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            return False
    try:
        with closing(_opened(path)) as connection:
            kind = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'history'"
            if not connection.execute(kind).fetchone():
                return False
            columns = {row[1] for row in connection.execute("PRAGMA table_info(history)")}
    except sqlite3.Error:
        return False
    return columns >= HISTORY


def _is_memory(value: Any) -> bool:
    return isinstance(value, Mapping) and "id" in value and isinstance(value.get("memory"), str)


def _memory(fields: Mapping[str, Any]) -> Iterator[Found]:
    created, changed = moment(fields.get("created_at")), moment(fields.get("updated_at"))
    metadata = fields.get("metadata")
    yield Memo(
        ref=ref_of(fields["id"]),
        text=words_of(fields["memory"]),
        user=name_of(fields.get("user_id")),
        agent=name_of(fields.get("agent_id")),
        session=name_of(fields.get("run_id")),
        speaker=name_of(fields.get("actor_id")),
        valid=interval(created, None),
        since=created or changed,
        until=moment(fields.get("expiration_date")),
        labels={
            **labels_of(metadata if isinstance(metadata, Mapping) else {"metadata": metadata}),
            **labels_of({
                "categories": fields.get("categories"),
                "changed": changed.isoformat() if changed and changed != created else None,
                "said_by": fields.get("role"),
            }),
        },
    )  # fmt: skip


def _opened(path: Path) -> sqlite3.Connection:
    """To be read only; nothing that its schema says is carried out."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _history(path: Path, on_bad: OnBad) -> Iterator[Found]:
    order = "SELECT * FROM history ORDER BY memory_id, created_at, DATETIME(updated_at), rowid"
    try:
        with closing(_opened(path)) as connection:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(order)]
    except sqlite3.Error as fault:
        raise InvalidInput(f"{path}: cannot be read as mem0's history ({fault})") from fault
    grouped = [list(group) for _, group in groupby(rows, lambda row: row["memory_id"])]
    told = [{"id": group[0]["memory_id"], "rows": group} for group in grouped]
    yield from each(told, "memory", _life, on_bad)


def _life(fields: Mapping[str, Any]) -> Iterator[Found]:
    """A memory from its first wording to the last."""
    rows = fields["rows"]
    worded = [row for row in rows if row["new_memory"]]
    gone = next((row for row in rows if row["event"] == DELETED or row.get("is_deleted")), None)
    if not worded and gone:
        worded = [{**gone, "new_memory": gone["old_memory"]}]
    steps = [Before(words_of(row["new_memory"]), _when(row)) for row in worded]
    if not steps:
        raise InvalidInput("it holds no words")
    yield Memo(
        ref=ref_of(fields["id"]),
        text=steps[-1].text,
        since=steps[-1].since,
        valid=interval(steps[0].since, None),
        before=tuple(steps[:-1]),
        speaker=name_of(rows[0].get("actor_id")),
        expired=_when(gone) if gone else None,
        labels=labels_of({"said_by": rows[0].get("role")}),
    )


def _when(row: Mapping[str, Any]) -> Any:
    return moment(row["updated_at"] or row["created_at"])
