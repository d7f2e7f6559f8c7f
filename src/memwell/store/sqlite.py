"""The default store: one SQLite file in WAL mode, durable when acknowledged."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

from memwell.core.access import Right, Sensitivity
from memwell.core.branch import MAIN, Branch
from memwell.core.cube import MemCube
from memwell.core.evidence import Evidence, Ints, Ragged
from memwell.core.filter import Filter
from memwell.core.governance import Copy
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
    durable,
    erase,
    jobs,
    reading,
    receipts,
    scrub,
    snapshot,
    traces,
    undoing,
    writing,
)
from memwell.store.answers import Answers
from memwell.store.apikeys import SQLiteApiKeys
from memwell.store.clause import Clause
from memwell.store.codec import micros
from memwell.store.connection import Connections
from memwell.store.counts import Counts, counted
from memwell.store.driver import Driver, Plain
from memwell.store.governing import SQLiteGovernance
from memwell.store.problems import reported
from memwell.store.queueing import SQLiteJobs
from memwell.store.records import SQLiteRecords
from memwell.store.reporting import reporting
from memwell.store.schema import migrate
from memwell.store.sight import Sight


@reporting
class SQLiteStore:
    """Implements core.store.Store on one file; safe to share between threads and processes.

    A handle is for one branch, for what its clearance allows, and for whoever acts: the audit log
    names the actor by a digest. A file that may not be written to is read as it is. Raises NotFound
    when there is no such branch, and StoreErrors: ReadOnly, DiskFull, Damaged, MigrationError.
    """

    def __init__(
        self,
        path: Path,
        driver: Driver | None = None,
        *,
        branch: str = MAIN,
        clearance: Sensitivity = Sensitivity.SECRET,
        actor: Scope | None = None,
    ) -> None:
        self.path, self._borrowed = path, False
        self._driver: Driver = driver or Plain()
        with reported(path, f"cannot open {path}"):
            durable.make(path.parent)
            self.connections = Connections(path, self._driver)
            try:
                migrate(self.connections.get(), read_only=self.connections.read_only)
                self._show(actor or Scope(), branch, clearance)
            except BaseException:
                self.connections.close()
                raise

    @property
    def read_only(self) -> bool:
        return self.connections.read_only

    @property
    def sight(self) -> Sight:
        return self._sight

    def acting(self, actor: Scope, branch: str, clearance: Sensitivity) -> "SQLiteStore":
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

    @contextmanager
    def noted_moment(self, copy: Copy) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A reader of the database as it is now, and the journal's last number in it.

        The copy that is to be made is noted with that very number: nobody writes in between.
        """
        with ExitStack() as held:
            with nullcontext() if self.read_only else self.alone():
                reader = held.enter_context(snapshot.held(self.connections))
                journal = self.sequence()
                if not self.read_only:
                    self.governance.copied(replace(copy, journal=journal))
            yield reader, journal

    def leftover(self) -> Leftover | None:
        return scrub.noted(self.connections.get())

    def scrub(self, leftover: Leftover, patience: float) -> bool:
        if leftover.blobs:
            with self.connections.transaction() as connection:
                scrub.strike(connection, leftover, blobs_only=True)
        emptied = scrub.empty_log(self.connections.get(), patience)
        if emptied:
            with self.connections.transaction() as connection:
                scrub.strike(connection, leftover, blobs_only=False)
        return emptied

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

    def rewrite(self, patience: float = 1.0) -> bool:
        """Write the whole database anew, without what pages hold beside their rows.

        False when a reader keeps the old pages for longer than the patience.
        """
        self.connections.get().execute("VACUUM")
        return scrub.empty_log(self.connections.get(), patience)

    def touch(self, uses: Sequence[tuple[str, datetime]]) -> None:
        with self.connections.transaction() as connection:
            connection.executemany(
                "INSERT INTO usage (id, uses, last_used, strength) SELECT ?1, 1, ?2, 2.0 "
                "WHERE EXISTS (SELECT 1 FROM version WHERE version.id = ?1) "  # or it was forgotten
                "ON CONFLICT (id) DO UPDATE SET uses = uses + 1, strength = strength + 1, "
                "last_used = excluded.last_used",
                [(id, micros(at)) for id, at in uses],
            )

    def save_receipt(self, receipt: Receipt) -> None:
        with self.connections.transaction() as connection:
            receipts.save(connection, receipt)
            jobs.close(connection, receipt)

    def add_vectors(
        self, fingerprint: str, rows: Ints, vectors: Floats, tokens: Sequence[TokenStates | None]
    ) -> None:
        with self.connections.transaction() as connection:
            for row, vector, states in zip(rows.tolist(), vectors, tokens, strict=True):
                writing.put_vector(connection, row, fingerprint, vector, states)

    def set_meta(self, key: str, value: str) -> None:
        with self.connections.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

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

    def journal(self, id: str | None = None, after: int = 0) -> list[Entry]:
        return reading.journal(self.connections.get(), id, after)

    def sequence(self) -> int:
        return int(self._value("SELECT coalesce(max(seq), 0) FROM journal") or 0)

    def erasures(self) -> int:
        return writing.erasures(self.connections.get())

    def receipt(self, id: str) -> Receipt | None:
        return receipts.load(self.connections.get(), id)

    def unrefined(self) -> list[str]:
        return jobs.waiting(self.connections.get(), self._sight.own)

    def get_meta(self, key: str) -> str | None:
        return self._value("SELECT value FROM meta WHERE key = ?", key)

    # -- what searching reads

    def counts(self, scope: Scope) -> Counts:
        return counted(self.path, scope, self._sight, self._driver)

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
        self._actor = actor
        self._sight = branches.sight(self.connections.get(), branch, clearance)
        self.governance = SQLiteGovernance(self.connections, actor)
        self.jobs = SQLiteJobs(self.connections, self._sight)
        self.keys = SQLiteApiKeys(self.connections, actor)
        self.records = SQLiteRecords(self.connections)

    def _searchable(
        self, scope: Scope, moment: Moment, where: Filter | None, *, among: bool = False
    ) -> Clause:
        connection = self.connections.get()
        return columns.searchable(connection, self._sight, scope, moment, where, among=among)

    def _audit(self, connection: sqlite3.Connection, action: str, at: datetime) -> None:
        audit.note(connection, action, at, self._actor, "")

    def _value(self, query: str, *values: str) -> str | None:
        found = self.connections.get().execute(query, values).fetchone()
        return found[0] if found else None
