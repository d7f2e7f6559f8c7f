"""The part of a store that keeps API keys."""

from datetime import datetime
from typing import Any

from memwell.core.access import Right, Sensitivity
from memwell.core.apikey import ApiKey
from memwell.core.scope import Scope
from memwell.store import audit
from memwell.store.codec import micros, moment
from memwell.store.dialect import Connections
from memwell.store.reporting import reporting

COLUMNS = (
    "id, digest, name, tenant, user, agent, rights, admin, clearance, created, expires, used,"
    " revoked"
)


@reporting
class StoreApiKeys:
    """Implements core.apikey.ApiKeys."""

    def __init__(self, connections: Connections, actor: Scope) -> None:
        self.connections, self._actor = connections, actor

    def add(self, key: ApiKey, at: datetime) -> None:
        with self.connections.transaction() as connection:
            connection.execute(
                f"INSERT INTO api_key ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _row(key),
            )
            audit.note(connection, "create key", at, self._actor, key.id)

    def get(self, id: str) -> ApiKey | None:
        query = f"SELECT {COLUMNS} FROM api_key WHERE id = ?"
        found = self.connections.get().execute(query, [id]).fetchone()
        return _key(*found) if found else None

    def listed(self, tenant: str | None = None) -> list[ApiKey]:
        chosen, values = ("tenant = ?", [tenant]) if tenant is not None else ("TRUE", [])
        query = f"SELECT {COLUMNS} FROM api_key WHERE {chosen} ORDER BY created"
        return [_key(*row) for row in self.connections.get().execute(query, values)]

    def revoke(self, id: str, at: datetime) -> bool:
        with self.connections.transaction() as connection:
            query = "UPDATE api_key SET revoked = ? WHERE id = ? AND revoked IS NULL"
            done = connection.execute(query, [micros(at), id]).rowcount > 0
            if done:
                audit.note(connection, "revoke key", at, self._actor, id)
        return done

    def used(self, id: str, at: datetime) -> None:
        with self.connections.transaction() as connection:
            connection.execute("UPDATE api_key SET used = ? WHERE id = ?", [micros(at), id])


def _row(key: ApiKey) -> tuple[Any, ...]:
    scope, rights = key.scope, ",".join(sorted(key.rights))
    return (
        key.id, key.digest, key.name, scope.tenant, scope.user, scope.agent, rights, int(key.admin),
        int(key.clearance), *map(micros, (key.created, key.expires, key.used, key.revoked)),
    )  # fmt: skip


def _key(
    id: str, digest: str, name: str, tenant: str, user: str | None, agent: str | None,
    rights: str, admin: int, clearance: int, created: int, *ends: int | None,
) -> ApiKey:  # fmt: skip
    made = moment(created)
    assert made is not None
    expires, used, revoked = map(moment, ends)
    return ApiKey(
        id, digest, name, Scope(tenant, user, agent),
        frozenset(map(Right, filter(None, rights.split(",")))), made, bool(admin),
        Sensitivity(clearance), expires, used, revoked,
    )  # fmt: skip
