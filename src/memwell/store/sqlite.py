"""The default store: one SQLite file in WAL mode, durable when acknowledged."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.evidence import Evidence, Ints
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.message import Event
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import NOW, Batch, Entry, Erased, Terms
from memwell.core.view import Moment
from memwell.store import columns, erase, reading, writing
from memwell.store.codec import load_receipt, micros
from memwell.store.connection import Connections
from memwell.store.schema import migrate


class SQLiteStore:
    """Implements core.store.Store on one file; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connections = Connections(path)
        migrate(self._connections.get())

    def close(self) -> None:
        self._connections.close()

    # -- writing

    def commit(self, *batches: Batch) -> int:
        with self._connections.transaction() as connection:
            return max(writing.write(connection, batch) for batch in batches)

    def forget(
        self, ids: Sequence[str], events: Sequence[str], rewritten: Sequence[Event], batch: Batch
    ) -> Erased:
        with self._connections.transaction() as connection:
            blobs = erase.erase(connection, ids, events)
            erase.rewrite(connection, rewritten)
            writing.write(connection, batch)
        return Erased(blobs, clean=erase.scrub(self._connections.get()))

    def touch(self, ids: Sequence[str], at: datetime) -> None:
        with self._connections.transaction() as connection:
            connection.executemany(
                "INSERT INTO usage (id, uses, last_used, strength) VALUES (?, 1, ?, 2.0) "
                "ON CONFLICT (id) DO UPDATE SET uses = uses + 1, strength = strength + 1, "
                "last_used = excluded.last_used",
                [(id, micros(at)) for id in ids],
            )

    def save_receipt(self, receipt: Receipt) -> None:
        with self._connections.transaction() as connection:
            writing.save_receipt(connection, receipt)

    def add_vectors(
        self, fingerprint: str, rows: Ints, vectors: Floats, tokens: Sequence[TokenStates | None]
    ) -> None:
        with self._connections.transaction() as connection:
            for row, vector, states in zip(rows.tolist(), vectors, tokens, strict=True):
                writing.put_vector(connection, row, fingerprint, vector, states)

    def set_meta(self, key: str, value: str) -> None:
        with self._connections.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # -- reading cubes

    def get(self, id: str, moment: Moment = NOW) -> MemCube | None:
        return reading.cube(self._connections.get(), id, moment)

    def of_rows(self, rows: Ints) -> dict[int, MemCube]:
        return reading.of_rows(self._connections.get(), rows)

    def resolve(self, prefix: str, scope: Scope) -> list[str]:
        return reading.ids_with_prefix(self._connections.get(), prefix, scope)

    def scan(
        self, scope: Scope, states: frozenset[State] = SEARCHABLE, moment: Moment = NOW
    ) -> Iterator[MemCube]:
        return reading.scan(self._connections.get(), scope, states, moment)

    def history(self, id: str) -> list[MemCube]:
        return reading.history(self._connections.get(), id)

    def derived(self, ids: Iterable[str]) -> list[str]:
        return reading.derived(self._connections.get(), ids, "parent")

    def resting_on(self, events: Iterable[str]) -> list[str]:
        return reading.derived(self._connections.get(), events, "event")

    def links(self, id: str, moment: Moment = NOW) -> list[Link]:
        return reading.links(self._connections.get(), id, moment)

    # -- reading events and the journal

    def events(self, ids: Iterable[str]) -> list[Event]:
        return reading.events(self._connections.get(), ids)

    def all_events(self, scope: Scope) -> Iterator[Event]:
        return reading.all_events(self._connections.get(), scope)

    def stored(self, digest: str) -> str | None:
        return self._value("SELECT id FROM event WHERE digest = ?", digest)

    def journal(self, id: str | None = None, after: int = 0) -> list[Entry]:
        return reading.journal(self._connections.get(), id, after)

    def sequence(self) -> int:
        return int(self._value("SELECT coalesce(max(seq), 0) FROM journal") or 0)

    def erasures(self) -> int:
        return writing.erasures(self._connections.get())

    def receipt(self, id: str) -> Receipt | None:
        body = self._value("SELECT body FROM receipt WHERE id = ?", id)
        return load_receipt(body) if body else None

    def unrefined(self) -> list[str]:
        rows = self._connections.get().execute(
            "SELECT event.id FROM receipt JOIN event USING (id) WHERE status = ? ORDER BY seq",
            [Status.STORED],
        )
        return [id for (id,) in rows]

    def get_meta(self, key: str) -> str | None:
        return self._value("SELECT value FROM meta WHERE key = ?", key)

    # -- what searching reads

    def count(self, scope: Scope) -> int:
        return columns.count(self._connections.get(), scope)

    def evidence(
        self,
        scope: Scope,
        moment: Moment,
        fingerprint: str | None,
        *,
        rows: Ints | None = None,
        after: int = 0,
    ) -> Evidence:
        return columns.evidence(self._connections.get(), scope, moment, fingerprint, rows, after)

    def tokens(self, fingerprint: str, entries: Ints) -> list[TokenStates | None]:
        return columns.tokens(self._connections.get(), fingerprint, entries)

    def died(self, after: int) -> Ints:
        rows = self._connections.get().execute("SELECT row FROM version WHERE died > ?", [after])
        return np.array([row for (row,) in rows], np.int64)

    def match(self, terms: Terms, scope: Scope, moment: Moment, limit: int) -> Ints:
        return columns.match(self._connections.get(), terms, scope, moment, limit)

    def vectors(self, fingerprint: str, after: int, limit: int) -> tuple[Ints, Ints, Floats]:
        return columns.vectors(self._connections.get(), fingerprint, after, limit)

    def session_codes(self, names: Iterable[str]) -> Ints:
        wanted = list(names)
        query = f"SELECT code FROM scope WHERE session IN ({reading.marks(wanted)})"
        rows = self._connections.get().execute(query, wanted)
        return np.array([code for (code,) in rows], np.int64)

    def in_scope(self, rows: Ints, scope: Scope, moment: Moment) -> Ints:
        return columns.in_scope(self._connections.get(), rows, scope, moment)

    def missing_vectors(self, fingerprint: str, limit: int) -> list[tuple[int, str]]:
        return columns.missing_vectors(self._connections.get(), fingerprint, limit)

    def _value(self, query: str, *values: str) -> str | None:
        found = self._connections.get().execute(query, values).fetchone()
        return found[0] if found else None
