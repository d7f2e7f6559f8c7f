"""How much a tenant, a user or an agent may keep, checked in the transaction that writes."""

import sqlite3
from collections.abc import Iterable

from memwell.core.errors import QuotaExceeded
from memwell.core.governance import Quota
from memwell.core.scope import Scope
from memwell.store.reach import Reach


def put(connection: sqlite3.Connection, quota: Quota) -> None:
    """Set it, or take it out where it limits nothing."""
    scope = (quota.scope.tenant, quota.scope.user or "", quota.scope.agent or "")
    if quota.memories is None and quota.bytes is None:
        connection.execute("DELETE FROM quota WHERE (tenant, user, agent) = (?, ?, ?)", scope)
    else:
        connection.execute(
            "INSERT OR REPLACE INTO quota VALUES (?, ?, ?, ?, ?)",
            (*scope, quota.memories, quota.bytes),
        )


def listed(connection: sqlite3.Connection, tenant: str) -> list[Quota]:
    rows = connection.execute(
        "SELECT user, agent, memories, bytes FROM quota WHERE tenant = ? ORDER BY user, agent",
        [tenant],
    )
    return [
        Quota(Scope(tenant, user or None, agent or None), memories, size)
        for user, agent, memories, size in rows
    ]


def used(connection: sqlite3.Connection, scope: Scope) -> tuple[int, int]:
    """Memories that are held now, and bytes of words in all their versions."""
    inside = Reach((scope,)).wholly("version.scope")
    memories, size = connection.execute(
        "SELECT count(DISTINCT iif(expired IS NULL AND state != 'expired', id, NULL)),"
        f" coalesce(sum(length(CAST(payload AS BLOB))), 0) FROM version WHERE {inside.sql}",
        inside.values,
    ).fetchone()
    return memories, size


def check(connection: sqlite3.Connection, written: Iterable[Scope]) -> None:
    """Raises QuotaExceeded when one of the scopes written to has more than it may."""
    wanted = list(written)
    for tenant in {scope.tenant for scope in wanted}:
        for quota in listed(connection, tenant):
            if any(quota.scope.covers(scope) for scope in wanted):
                _keep(quota, *used(connection, quota.scope))


def _keep(quota: Quota, memories: int, size: int) -> None:
    named = quota.scope.named()
    if quota.memories is not None and memories > quota.memories:
        raise QuotaExceeded(
            f"{named} may hold {quota.memories:,} memories and would have {memories:,}; "
            "forget some, or raise the quota"
        )
    if quota.bytes is not None and size > quota.bytes:
        raise QuotaExceeded(
            f"{named} may hold {quota.bytes:,} bytes and would have {size:,}; "
            "forget some, or raise the quota"
        )
