"""Scopes in SQL: their codes, and the conditions that keep one reader's rows from another's."""

import sqlite3
from hashlib import blake2b

from memwell.core.scope import Scope
from memwell.core.view import Moment
from memwell.store.codec import micros


def code(connection: sqlite3.Connection, scope: Scope) -> int:
    """The number of a scope, made at its first use."""
    parts = (scope.tenant, scope.user or "", scope.agent or "", scope.session or "")
    connection.execute(
        "INSERT OR IGNORE INTO scope (tenant, user, agent, session) VALUES (?, ?, ?, ?)", parts
    )
    query = "SELECT code FROM scope WHERE (tenant, user, agent, session) = (?, ?, ?, ?)"
    return int(connection.execute(query, parts).fetchone()[0])


def covered(scope: Scope, column: str = "scope") -> tuple[str, list[str]]:
    """Condition that a row's scope lies within the reader's."""
    wanted = scope.named()
    conditions = " AND ".join(f"{part} = ?" for part in wanted)
    return f"{column} IN (SELECT code FROM scope WHERE {conditions})", list(wanted.values())


def current(moment: Moment, table: str = "version") -> tuple[str, list[int]]:
    """Condition that a version was held, and true, at the moment."""
    condition, values = f"{table}.expired IS NULL", []
    if moment.known is not None:
        known = micros(moment.known)
        condition = f"{table}.created <= ? AND coalesce({table}.expired > ?, TRUE)"
        values = [known, known]
    if moment.valid is not None:
        valid = micros(moment.valid)
        condition += (
            f" AND coalesce({table}.valid_from <= ?, TRUE) AND coalesce({table}.valid_to > ?, TRUE)"
        )
        values += [valid, valid]
    return condition, [value for value in values if value is not None]


def owner(tenant: str, user: str | None) -> str:
    """The word by which the full-text index tells owners apart."""
    return blake2b(f"{tenant}\x1f{user or ''}".encode(), digest_size=8).hexdigest()
