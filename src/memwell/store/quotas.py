"""How much a tenant, a user or an agent may keep, checked in the transaction that writes."""

from collections.abc import Iterable

from memwell.core.cube import MemCube
from memwell.core.errors import QuotaExceeded
from memwell.core.governance import Quota
from memwell.core.lifecycle import State
from memwell.core.scope import Scope
from memwell.store.dialect import Connection
from memwell.store.reach import own


def put(connection: Connection, quota: Quota) -> None:
    """Set it, or take it out where it limits nothing."""
    scope = (quota.scope.tenant, quota.scope.user or "", quota.scope.agent or "")
    if quota.memories is None and quota.bytes is None:
        connection.execute("DELETE FROM quota WHERE (tenant, user, agent) = (?, ?, ?)", scope)
    else:
        connection.execute(
            "INSERT INTO quota (tenant, user, agent, memories, bytes) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (tenant, user, agent)"
            " DO UPDATE SET memories = excluded.memories, bytes = excluded.bytes",
            (*scope, quota.memories, quota.bytes),
        )


def forget(connection: Connection, tenant: str, user: str) -> None:
    """The quotas of a user and its agents."""
    connection.execute("DELETE FROM quota WHERE tenant = ? AND user = ?", [tenant, user])


def listed(connection: Connection, tenant: str) -> list[Quota]:
    rows = connection.execute(
        "SELECT user, agent, memories, bytes FROM quota WHERE tenant = ? ORDER BY user, agent",
        [tenant],
    )
    return [
        Quota(Scope(tenant, user or None, agent or None), memories, size)
        for user, agent, memories, size in rows
    ]


def used(connection: Connection, scope: Scope) -> tuple[int, int]:
    """Memories that are held now, and bytes of words in all their versions."""
    inside = own(connection, scope).wholly("version.scope")
    memories, size = connection.execute(
        "SELECT count(DISTINCT CASE WHEN expired IS NULL AND state != 'expired' THEN id END),"
        f" coalesce(sum(length(CAST(payload AS BLOB))), 0) FROM version WHERE {inside.sql}",
        inside.values,
    ).fetchone()
    return memories, size


def check(connection: Connection, written: Iterable[MemCube]) -> None:
    """Raises QuotaExceeded when these versions take a scope beyond what it may have.

    What only lets memories expire is always welcome, however much is there.
    """
    wanted = [cube for cube in written if cube.state is not State.EXPIRED]
    for tenant in {cube.scope.tenant for cube in wanted}:
        for quota in listed(connection, tenant):
            inside = [cube for cube in wanted if quota.scope.covers(cube.scope)]
            if inside:
                more = any(_is_more(connection, cube) for cube in inside)
                _keep(quota, *used(connection, quota.scope), more=more)


def _is_more(connection: Connection, cube: MemCube) -> bool:
    """Whether there is a memory more with this version."""
    query = "SELECT 1 FROM version WHERE id = ? AND version = ? AND state != 'expired'"
    return not connection.execute(query, [cube.id, cube.version - 1]).fetchone()


def _keep(quota: Quota, memories: int, size: int, *, more: bool) -> None:
    named = quota.scope.named()
    if quota.memories is not None and memories > quota.memories and more:
        raise QuotaExceeded(
            f"{named} may hold {quota.memories:,} memories and would have {memories:,}; "
            "forget some, or raise the quota"
        )
    if quota.bytes is not None and size > quota.bytes:
        raise QuotaExceeded(
            f"{named} may hold {quota.bytes:,} bytes and would have {size:,}; "
            "forget some, or raise the quota"
        )
