"""The part of a store that hands out work."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from memwell.core.job import Claim, Job, Standing
from memwell.core.receipt import Receipt, Status
from memwell.core.scope import Scope
from memwell.store import jobs, receipts, writing
from memwell.store.codec import micros, moment
from memwell.store.dialect import Connection, Connections
from memwell.store.reach import own
from memwell.store.sight import Sight

FREE = "job.branch = ? AND dead = 0 AND due <= ? AND leased <= ?"
BEGUN = """
INSERT INTO job
SELECT id, ?, 0, ? - count(*) OVER () + row_number() OVER (ORDER BY seq), 0, '', 0 FROM event
WHERE {inside} AND NOT EXISTS (
    SELECT 1 FROM journal WHERE journal.batch = event.id AND journal.by = ?
)
ORDER BY seq ON CONFLICT DO NOTHING RETURNING event
"""  # each due a microsecond after the one before, so that the next one is found at once
WITHHELD = "why is not told, because something was forgotten meanwhile"


class StoreJobs:
    """Implements core.job.Jobs for one branch."""

    def __init__(self, connections: Connections, sight: Sight) -> None:
        self._connections, self._sight = connections, sight

    def claim(self, now: datetime, until: datetime) -> Claim | None:
        free = (self._sight.own, micros(now), micros(now))
        if not self._one(f"SELECT 1 FROM job WHERE {FREE} LIMIT 1", *free):
            return None  # the usual case takes no lock
        with self._connections.transaction() as connection:
            found = connection.execute(
                "SELECT job.event, attempts, due FROM job JOIN event ON event.id = job.event"
                f" WHERE {FREE} ORDER BY due, event.seq LIMIT 1",
                free,
            ).fetchone()
            if found is None:
                return None
            event, attempts, due = found
            connection.execute(
                "UPDATE job SET attempts = ?, leased = ? WHERE event = ?",
                (attempts + 1, micros(until), event),
            )
        return Claim(event, attempts + 1, _moment(due))

    def renew(self, claim: Claim, until: datetime) -> bool:
        with self._connections.transaction() as connection:
            later = "leased = CASE WHEN leased < ? THEN ? ELSE leased END"
            return _change(connection, claim, later, micros(until), micros(until))

    def release(self, claim: Claim) -> None:
        with self._connections.transaction() as connection:
            _change(connection, claim, "attempts = attempts - 1, leased = 0")

    def close(self, claim: Claim, done: Receipt, erasures: int) -> bool:
        with self._connections.transaction() as connection:
            held = jobs.holds(connection, claim)
            if held:
                jobs.end(connection, _told(connection, done, erasures))
        return held

    def postpone(self, claim: Claim, due: datetime, done: Receipt, erasures: int) -> bool:
        with self._connections.transaction() as connection:
            told = _told(connection, done, erasures)
            again = (micros(due), told.error or "")
            held = _change(connection, claim, "due = ?, leased = 0, error = ?", *again)
            if held:
                receipts.extend(connection, told)
        return held

    def begin(self, scope: Scope, by: str, now: datetime) -> list[str]:
        with self._connections.transaction() as connection:
            inside = own(connection, scope).wholly("event.scope") & self._sight.seen("event")
            rows = connection.execute(BEGUN.format(inside=inside.sql),
                (self._sight.own, micros(now), *inside.values, by),
            ).fetchall()  # fmt: skip
            for (event,) in rows:
                receipts.extend(connection, Receipt(event, Status.STORED, (event,)))
        return [event for (event,) in rows]

    def revive(self, events: Iterable[str], now: datetime) -> list[str]:
        with self._connections.transaction() as connection:
            return [event for event in events if self._revived(connection, event, now)]

    def next(self) -> datetime | None:
        query = (
            "SELECT min(CASE WHEN due > leased THEN due ELSE leased END) FROM job"
            " WHERE branch = ? AND dead = 0"
        )
        return moment(self._one(query, self._sight.own)[0])

    def listed(self, scope: Scope, now: datetime) -> list[Job]:
        connection = self._connections.get()
        inside = own(connection, scope).wholly("event.scope")
        rows = connection.execute(
            "SELECT job.event, dead, leased > ?, attempts, due, error FROM job"
            f" JOIN event ON event.id = job.event WHERE job.branch = ? AND {inside.sql}"
            " ORDER BY event.seq",
            [micros(now), self._sight.own, *inside.values],
        )
        return [_job(*row) for row in rows]

    def wanted(self, event: str) -> bool:
        return jobs.wanted(self._connections.get(), self._sight, event)

    def _revived(self, connection: Connection, event: str, now: datetime) -> bool:
        changed = connection.execute(
            "UPDATE job SET attempts = 0, due = ?, leased = 0, error = '', dead = 0"
            " WHERE event = ? AND branch = ? AND dead = 1",
            (micros(now), event, self._sight.own),
        )
        if changed.rowcount:
            receipts.extend(connection, Receipt(event, Status.STORED, (event,)))
        return changed.rowcount > 0

    def _one(self, query: str, *values: Any) -> Any:
        return self._connections.get().execute(query, values).fetchone()


def _change(connection: Connection, claim: Claim, change: str, *values: Any) -> bool:
    """Of the job, as long as the claim holds."""
    query = f"UPDATE job SET {change} WHERE {jobs.HELD}"
    return connection.execute(query, (*values, *jobs.key(claim))).rowcount > 0


def _told(connection: Connection, done: Receipt, erasures: int) -> Receipt:
    """A reason may quote what a strategy read before that was forgotten."""
    if done.error and writing.erasures(connection) != erasures:
        return replace(done, error=WITHHELD)
    return done


def _job(event: str, dead: int, held: int, attempts: int, due: int, error: str) -> Job:
    alive = Standing.RUNNING if held else Standing.WAITING
    return Job(event, Standing.DEAD if dead else alive, attempts, _moment(due), error)


def _moment(value: int) -> datetime:
    found = moment(value)
    assert found is not None
    return found
