"""The part of a store that governs: grants, quotas, audit log, copies."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from memwell.core.access import Grant
from memwell.core.governance import Copy, Quota, Sealed
from memwell.core.scope import Scope
from memwell.store import audit, quotas, reach
from memwell.store.codec import micros, moment
from memwell.store.dialect import Connection, Connections
from memwell.store.reporting import reporting

T = TypeVar("T")


@reporting
class StoreGovernance:
    """Implements core.governance.Governance."""

    def __init__(self, connections: Connections, actor: Scope) -> None:
        self.connections, self._actor = connections, actor

    def grants(self, tenant: str) -> list[Grant]:
        return reach.grants(self.connections.get(), tenant)

    def grant(self, grant: Grant, at: datetime) -> None:
        self._change("grant", at, lambda connection: reach.add(connection, grant))

    def revoke(self, id: str, at: datetime) -> bool:
        return self._change("revoke", at, lambda connection: reach.remove(connection, id))

    def forget_user(self, tenant: str, user: str, at: datetime) -> None:
        def take_out(connection: Connection) -> None:
            reach.forget_user(connection, tenant, user)
            quotas.forget(connection, tenant, user)

        self._change("forget user", at, take_out)

    def policy(self) -> int:
        return reach.policy(self.connections.get())

    def quotas(self, tenant: str) -> list[Quota]:
        return quotas.listed(self.connections.get(), tenant)

    def limit(self, quota: Quota, at: datetime) -> None:
        self._change("limit", at, lambda connection: quotas.put(connection, quota))

    def used(self, scope: Scope) -> tuple[int, int]:
        return quotas.used(self.connections.get(), scope)

    def audit(self, after: int = 0) -> list[Sealed]:
        return audit.read(self.connections.get(), after)

    def actor(self) -> str:
        return audit.named(self.connections.get(), self._actor)

    def broken_seals(self) -> list[int]:
        return audit.broken(self.connections.get())

    def digest(self, text: str) -> str | None:
        return audit.digest(self.connections.get(), text)

    def note(self, action: str, at: datetime, count: int = 0) -> None:
        self._change(action, at, lambda _: None, count)

    def copied(self, copy: Copy) -> None:
        def write(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO copy (path, kind, at, journal) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (path, kind)"
                " DO UPDATE SET at = excluded.at, journal = excluded.journal",
                (copy.path, copy.kind, micros(copy.at), copy.journal),
            )

        self._change(copy.kind, copy.at, write)

    def copies(self) -> list[Copy]:
        rows = self.connections.get().execute(
            "SELECT path, kind, at, journal FROM copy ORDER BY at"
        )
        return [_copy(*row) for row in rows]

    def _change(
        self, action: str, at: datetime, work: Callable[[Connection], T], count: int = 1
    ) -> T:
        """The change and its line of the audit log, in one transaction."""
        with self.connections.transaction() as connection:
            done = work(connection)
            audit.note(connection, action, at, self._actor, secrets.token_hex(8), count)
        return done


def _copy(path: str, kind: str, at: int, journal: int) -> Copy:
    made = moment(at)
    assert made is not None
    return Copy(path, kind, made, journal)
