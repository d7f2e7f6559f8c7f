"""What a store does in SQL, the same on SQLite and PostgreSQL: all but opening and cleaning it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import partial
from typing import Self

import numpy as np

from memwell.core.access import Right, Sensitivity
from memwell.core.branch import Branch
from memwell.core.cube import MemCube
from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.filter import Filter
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.message import Event
from memwell.core.model import Floats, TokenStates
from memwell.core.op import Link
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Batch, Entry, Leftover
from memwell.core.view import NOW, Moment
from memwell.store import (
    audit,
    branches,
    columns,
    erase,
    jobs,
    reading,
    receipts,
    scrub,
    settings,
    snapshot,
    traces,
    undoing,
    writing,
)
from memwell.store import vectors as embedded
from memwell.store.answers import Answers
from memwell.store.apikeys import StoreApiKeys
from memwell.store.clause import Clause
from memwell.store.codec import micros
from memwell.store.counts import Counts, counted
from memwell.store.dialect import Connection, Connections
from memwell.store.governing import StoreGovernance
from memwell.store.queueing import StoreJobs
from memwell.store.records import StoreRecords
from memwell.store.reporting import reporting
from memwell.store.sight import Sight


@reporting
class SQLStore:
    """Reads and writes over connections to a database.

    A handle is for one branch, for what its clearance allows, and for whoever acts: the audit log
    names the actor by a digest. Subclasses say how a database is opened, and how it is cleaned.
    """

    connections: Connections
    _borrowed: bool  # from another handle, which closes the connections

    @property
    def read_only(self) -> bool:
        return self.connections.read_only

    @property
    def sight(self) -> Sight:
        """What this handle shows: its branch, as far as its clearance goes."""
        return self._sight

    def acting(self, actor: Scope, branch: str, clearance: Sensitivity) -> Self:
        """A handle on the same connections for somebody else. Raises NotFound for the branch."""
        handle = copy(self)
        handle._borrowed = True  # noqa: SLF001 (one of its own)
        handle._show(actor, branch, clearance)  # noqa: SLF001
        return handle

    def close(self) -> None:
        if not self._borrowed:
            self.connections.close()

    # -- writing

    def commit(self, *batches: Batch) -> int:
        with self.connections.transaction() as connection:
            return max(
                writing.write(connection, self._sight, batch, self._actor) for batch in batches
            )

    def forget(
        self, ids: Sequence[str], events: Sequence[str], rewritten: Sequence[Event], batch: Batch
    ) -> None:
        with self.connections.transaction() as connection:
            erase.erase(connection, ids, events)
            erase.rewrite(connection, rewritten)
            writing.write(connection, self._sight, batch, self._actor)

    def branch(self, name: str, forked: int, at: datetime) -> None:
        with self.connections.transaction() as connection:
            branches.create(connection, name, self._sight, forked, at)
            self._audit(connection, "branch", at)

    def drop_branch(self, name: str, scope: Scope, at: datetime) -> None:
        with self.connections.transaction() as connection:
            erase.erase_branch(connection, branches.droppable(connection, name, scope))
            self._audit(connection, "drop branch", at)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.connections.transaction():
            yield

    def counts(self, scope: Scope) -> Counts:
        return counted(self.connections.get(), scope, self._sight)

    def leftover(self) -> Leftover | None:
        return scrub.noted(self.connections.get())

    def scrub(self, leftover: Leftover, patience: float) -> bool:
        """Where the database cleans up by itself, only the note is struck out."""
        with self.connections.transaction() as connection:
            scrub.strike(connection, leftover, blobs_only=False)
        return True

    # -- what forgetting is verified by

    def weigh(self, ids: Sequence[str]) -> dict[str, int]:
        """How much of each kind goes, or loses its words, with the cubes."""
        return traces.weighed(self.connections.get(), ids)

    def first_born(self, ids: Sequence[str]) -> int:
        """The journal's number when the first of the cubes came."""
        return traces.first_born(self.connections.get(), ids)

    def words_of(self, ids: Sequence[str]) -> list[str]:
        """What the cubes hold, in all versions and branches; of tensors, their digests."""
        return traces.words(self.connections.get(), ids)

    def codes_of(self, ids: Sequence[str]) -> list[bytes]:
        """Their vectors and token states, as they are stored."""
        return traces.codes(self.connections.get(), ids)

    def holds(self, trace: bytes) -> bool:
        """Whether any row has these bytes."""
        return traces.held(self.connections.get(), trace)

    def blobs_named(self) -> list[str]:
        """Digests of all tensors that memories name."""
        return snapshot.blobs(self.connections.get())

    def touch(self, uses: Sequence[tuple[str, datetime]]) -> None:
        with self.connections.transaction() as connection:
            connection.executemany(
                "INSERT INTO usage (id, uses, last_used, strength) SELECT ?, 1, ?, 2.0 "
                "WHERE EXISTS (SELECT 1 FROM version WHERE version.id = ?) "  # or it was forgotten
                "ON CONFLICT (id) DO UPDATE SET uses = usage.uses + 1,"
                " strength = usage.strength + 1, last_used = excluded.last_used",
                [(id, micros(at), id) for id, at in uses],
            )

    def save_receipt(self, receipt: Receipt) -> None:
        with self.connections.transaction() as connection:
            receipts.save(connection, receipt)
            jobs.close(connection, receipt)

    def add_vectors(
        self, fingerprint: str, rows: Ints, vectors: Floats, tokens: Sequence[TokenStates | None]
    ) -> None:
        with self.connections.transaction() as connection:
            embedded.complete(connection, fingerprint, rows, vectors, tokens)

    def set_meta(self, key: str, value: str) -> None:
        with self.connections.transaction() as connection:
            settings.write(connection, key, value)

    # -- reading cubes

    def get(self, id: str, moment: Moment = NOW) -> MemCube | None:
        return reading.cube(self.connections.get(), self._sight, id, moment)

    def of_rows(self, rows: Ints) -> dict[int, MemCube]:
        return reading.of_rows(self.connections.get(), self._sight, rows)

    def resolve(self, prefix: str, scope: Scope, right: Right | None = Right.READ) -> list[str]:
        return reading.ids_with_prefix(self.connections.get(), self._sight, prefix, scope, right)

    def permitted(self, ids: Iterable[str], scope: Scope, right: Right) -> set[str]:
        return reading.permitted(self.connections.get(), self._sight, ids, scope, right)

    def scan(
        self,
        scope: Scope,
        states: frozenset[State] = SEARCHABLE,
        moment: Moment = NOW,
        where: Filter | None = None,
    ) -> Iterator[MemCube]:
        return reading.scan(self.connections.get(), self._sight, scope, states, moment, where)

    def owners(self, scope: Scope) -> list[Scope]:
        return reading.owners(self.connections.get(), self._sight, scope)

    def history(self, id: str) -> list[MemCube]:
        return reading.history(self.connections.get(), self._sight, id)

    def everywhere(self, id: str) -> list[MemCube]:
        return reading.everywhere(self.connections.get(), id)

    def derived(self, ids: Iterable[str]) -> list[str]:
        return reading.derived(self.connections.get(), ids, "parent")

    def resting_on(self, events: Iterable[str]) -> list[str]:
        return reading.derived(self.connections.get(), events, "event")

    def links(self, id: str, moment: Moment = NOW) -> list[Link]:
        return reading.links(self.connections.get(), self._sight, id, moment)

    def due(self, now: datetime) -> list[tuple[str, Scope]]:
        return undoing.due(self.connections.get(), self._sight, now)

    @property
    def answers(self) -> Answers:
        """What language models answered before."""
        return Answers(self.connections)

    # -- reading events and the journal

    def branches(self) -> list[Branch]:
        return branches.listed(self.connections.get())

    def events(self, ids: Iterable[str], reader: Scope | None = None) -> list[Event]:
        return reading.events(self.connections.get(), self._sight, ids, reader)

    def all_events(self, scope: Scope) -> Iterator[Event]:
        return reading.all_events(self.connections.get(), self._sight, scope)

    def stored(self, digest: str) -> str | None:
        seen = self._sight.cleared().seen("event").sql
        return self._value(f"SELECT id FROM event WHERE digest = ? AND {seen}", digest)

    def sequence_at(self, moment: datetime) -> int:
        """Lines are in the order of writing: the first later one ends what was there then."""
        found = self.connections.get().execute(
            "SELECT coalesce((SELECT min(seq) - 1 FROM journal WHERE at > ?), max(seq), 0)"
            " FROM journal",
            [micros(moment)],
        )
        return int(found.fetchone()[0])

    def batch(self, id: str) -> list[Entry]:
        return undoing.batch(self.connections.get(), self._sight, id)

    def links_of(self, batch: str) -> tuple[list[Link], list[Link]]:
        return undoing.links_of(self.connections.get(), self._sight, batch)

    def links_after(self, sequence: int, scope: Scope) -> tuple[list[Link], list[Link]]:
        return undoing.links_after(self.connections.get(), self._sight, sequence, scope)

    def changed(self, after: int, scope: Scope) -> list[str]:
        return undoing.changed(self.connections.get(), self._sight, after, scope)

    def as_at(self, id: str, sequence: int) -> MemCube | None:
        return undoing.as_at(self.connections.get(), self._sight, id, sequence)

    def journal(
        self, id: str | None = None, after: int = 0, until: int | None = None
    ) -> list[Entry]:
        return reading.journal(self.connections.get(), id, after, until)

    def sequence(self) -> int:
        return writing.last(self.connections.get())

    def erasures(self) -> int:
        return writing.erasures(self.connections.get())

    def receipt(self, id: str) -> Receipt | None:
        return receipts.load(self.connections.get(), id)

    def unrefined(self) -> list[str]:
        return jobs.waiting(self.connections.get(), self._sight.own)

    def get_meta(self, key: str) -> str | None:
        return settings.read(self.connections.get(), key)

    # -- what searching reads

    def count(self, scope: Scope, where: Filter | None = None) -> int:
        return columns.count(self.connections.get(), self._searchable(scope, NOW, where))

    def evidence(
        self,
        scope: Scope,
        moment: Moment,
        fingerprint: str | None,
        *,
        rows: Ints | None = None,
        after: int = 0,
        where: Filter | None = None,
    ) -> Evidence:
        condition = self._searchable(scope, moment, where, among=rows is not None)
        read = partial(self.vectors_of, fingerprint)
        return columns.evidence(self.connections.get(), condition, read, rows, after)

    def vectors_of(self, fingerprint: str | None, entries: Ints) -> Floats:
        return columns.vectors_of(self.connections.get(), fingerprint, entries)

    def tokens(self, fingerprint: str, entries: Ints) -> list[TokenStates | None]:
        return columns.tokens(self.connections.get(), fingerprint, entries)

    def died(self, after: int) -> Ints:
        own = self._sight.own
        rows = self.connections.get().execute(
            "SELECT row FROM version WHERE died > ? AND branch = ? UNION ALL"
            " SELECT row FROM ended WHERE branch = ? AND died > ? AND kind = 'version'",
            [after, own, own, after],
        )
        return np.array([row for (row,) in rows], np.int64)

    def rows(self, scope: Scope, where: Filter | None = None) -> Ints:
        return columns.rows(self.connections.get(), self._searchable(scope, NOW, where))

    def nearest(
        self,
        fingerprint: str,
        query: Floats,
        n: int,
        scope: Scope,
        moment: Moment,
        where: Filter | None = None,
    ) -> Ints | None:
        return None

    def served(
        self, scope: Scope, moment: Moment, where: Filter | None = None
    ) -> tuple[Ints, Ints]:
        condition = self._searchable(scope, moment, where)
        return columns.served(self.connections.get(), condition)

    def terms_after(self, row: int, limit: int) -> tuple[Ints, Ragged]:
        return columns.terms_after(self.connections.get(), row, limit)

    def vectors(self, fingerprint: str, after: int, limit: int) -> tuple[Ints, Ints, Floats]:
        return columns.vectors(self.connections.get(), fingerprint, after, limit)

    def session_codes(self, names: Iterable[str]) -> Ints:
        wanted = list(names)
        query = f"SELECT code FROM scope WHERE session IN ({reading.marks(wanted)})"
        rows = self.connections.get().execute(query, wanted)
        return np.array([code for (code,) in rows], np.int64)

    def in_scope(
        self, rows: Ints, scope: Scope, moment: Moment, where: Filter | None = None
    ) -> Ints:
        condition = self._searchable(scope, moment, where, among=True)
        return columns.in_scope(self.connections.get(), rows, condition)

    def missing_vectors(self, fingerprint: str, limit: int) -> list[tuple[int, str]]:
        return columns.missing_vectors(self.connections.get(), fingerprint, limit)

    def _show(self, actor: Scope, branch: str, clearance: Sensitivity) -> None:
        """What a handle has of its own. Raises NotFound when there is no such branch."""
        self._actor = actor
        self._sight = branches.sight(self.connections.get(), branch, clearance)
        self.governance = StoreGovernance(self.connections, actor)
        self.jobs = StoreJobs(self.connections, self._sight)
        self.keys = StoreApiKeys(self.connections, actor)
        self.records = StoreRecords(self.connections)

    def _searchable(
        self, scope: Scope, moment: Moment, where: Filter | None, *, among: bool = False
    ) -> Clause:
        connection = self.connections.get()
        return columns.searchable(connection, self._sight, scope, moment, where, among=among)

    def _audit(self, connection: Connection, action: str, at: datetime) -> None:
        audit.note(connection, action, at, self._actor, "")

    def _value(self, query: str, *values: str) -> str | None:
        found = self.connections.get().execute(query, values).fetchone()
        return found[0] if found else None
