"""Scopes in SQL: their codes, and what lies within them."""

from memwell.core.scope import Scope
from memwell.store.clause import Clause
from memwell.store.dialect import Connection


def code(connection: Connection, scope: Scope) -> int:
    """The number of a scope, made at its first use."""
    parts = (scope.tenant, scope.user or "", scope.agent or "", scope.session or "")
    query = "SELECT code FROM scope WHERE (tenant, user, agent, session) = (?, ?, ?, ?)"
    found = connection.execute(query, parts).fetchone()
    if found:
        return int(found[0])
    made = connection.execute(
        "INSERT INTO scope (tenant, user, agent, session) VALUES (?, ?, ?, ?) RETURNING code", parts
    )
    return int(made.fetchone()[0])


def covered(scope: Scope) -> Clause:
    """Condition on the table of scopes: what lies within this one."""
    wanted = scope.named()
    return Clause(" AND ".join(f"{part} = ?" for part in wanted), tuple(wanted.values()))
