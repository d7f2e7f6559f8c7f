"""What a reader may do something with: what is its own, and what it was granted.

Every read of the store asks here, so that no query can forget to.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from memwell.core.access import Grant, Right
from memwell.core.scope import Scope
from memwell.store import scopes, settings
from memwell.store.clause import EVERYTHING, Clause, either
from memwell.store.codec import micros, moment
from memwell.store.dialect import SQLITE, Connection, Dialect, dialect

# A grant that is given again is another one only in what it allows.
ADD = """
INSERT INTO access VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, to_user = excluded.to_user,
    to_agent = excluded.to_agent, to_session = excluded.to_session, on_user = excluded.on_user,
    on_agent = excluded.on_agent, on_session = excluded.on_session, cube = excluded.cube,
    rights = excluded.rights, until = excluded.until
"""
POLICY = "policy"  # the setting that counts changes of grants


@dataclass(frozen=True, slots=True)
class Reach:
    """Whole scopes, and single cubes shared out of others."""

    scopes: tuple[Scope, ...]
    cubes: tuple[str, ...] = ()
    session: str | None = None  # the cubes must be of it
    spoken: Dialect = SQLITE

    def holds(self, column: str = "version.scope", id: str = "version.id") -> Clause:
        """Condition that a row is within reach."""
        found = self.wholly(column)
        if not self.cubes:
            return found
        marks = ", ".join("?" for _ in self.cubes)
        around = Scope(self.scopes[0].tenant, session=self.session)
        return either(
            found, Clause(f"{id} IN ({marks})", self.cubes) & self._lies_in(column, around)
        )

    def wholly(self, column: str) -> Clause:
        """Condition that a row lies in one of the whole scopes."""
        return self._lies_in(column, *self.scopes)

    def _lies_in(self, column: str, *within: Scope) -> Clause:
        part = self.spoken.part(column.strip("+").split(".")[0], self.scopes[0].tenant)
        return _lies_in(column, *within) if part is EVERYTHING else part & _lies_in(column, *within)


def own(connection: Connection, scope: Scope) -> Reach:
    """The scope itself, whatever was granted to it."""
    return Reach((scope,), spoken=dialect(connection))


def reach(connection: Connection, reader: Scope, right: Right) -> Reach:
    """The reader's own scope, and what grants to it add."""
    granted = [
        grant
        for grant in grants(connection, reader.tenant)
        if right in grant.rights and _matches(grant.to, reader)
    ]
    whole = [_narrowed(grant, reader) for grant in granted if grant.cube is None]
    wide = tuple(scope for scope in whole if scope)
    cubes = tuple(grant.cube for grant in granted if grant.cube)
    return Reach((reader, *wide), cubes, reader.session, dialect(connection))


def grants(connection: Connection, tenant: str) -> list[Grant]:
    rows = connection.execute(
        "SELECT id, to_user, to_agent, to_session, on_user, on_agent, on_session, cube, rights,"
        " until FROM access WHERE tenant = ? ORDER BY id",
        [tenant],
    )
    return [_grant(tenant, *row) for row in rows]


def policy(connection: Connection) -> int:
    """How often grants were changed."""
    return settings.count(connection, POLICY)


def add(connection: Connection, grant: Grant) -> None:
    to, on = grant.to, grant.on
    _changed(connection)
    connection.execute(
        ADD,
        (
            grant.id,
            to.tenant,
            *(part or "" for part in (to.user, to.agent, to.session)),
            *(part or "" for part in (on.user, on.agent, on.session)),
            grant.cube,
            json.dumps(sorted(grant.rights)),
            micros(grant.until),
        ),
    )


def remove(connection: Connection, id: str) -> bool:
    """True when the grant was there."""
    _changed(connection)
    return bool(connection.execute("DELETE FROM access WHERE id = ?", [id]).rowcount)


def forget(connection: Connection, tenant: str, part: str, name: str) -> None:
    """Grants on a user or session of whom nothing is left."""
    left = f"SELECT 1 FROM scope WHERE tenant = ? AND {part} = ?"
    if not name or connection.execute(left, [tenant, name]).fetchone():
        return
    gone = f"DELETE FROM access WHERE tenant = ? AND on_{part} = ?"
    if connection.execute(gone, [tenant, name]).rowcount:
        _changed(connection)


def forget_user(connection: Connection, tenant: str, user: str) -> None:
    """Grants that name a user at either end."""
    gone = "DELETE FROM access WHERE tenant = ? AND ? IN (on_user, to_user)"
    if connection.execute(gone, [tenant, user]).rowcount:
        _changed(connection)


def _changed(connection: Connection) -> None:
    settings.count_up(connection, POLICY)


def _lies_in(column: str, *within: Scope) -> Clause:
    found = either(*map(scopes.covered, within))
    if column.startswith("+"):  # few rows: to look each one's scope up is faster than to list all
        held = f"EXISTS (SELECT 1 FROM scope WHERE code = {column} AND {found.sql})"
        return Clause(held, found.values)
    return Clause(f"{column} IN (SELECT code FROM scope WHERE {found.sql})", found.values)


def _matches(to: Scope, reader: Scope) -> bool:
    """A part that a grant names must be the reader's own."""
    parts = ((to.user, reader.user), (to.agent, reader.agent), (to.session, reader.session))
    return all(wanted in (None, own) for wanted, own in parts)


def _narrowed(grant: Grant, reader: Scope) -> Scope | None:
    """What is granted, within the session that the reader asks about."""
    if reader.session is None:
        return grant.on
    if grant.on.session not in (None, reader.session):
        return None
    return replace(grant.on, session=reader.session)


def _grant(tenant: str, id: str, *fields: Any) -> Grant:
    *parts, cube, rights, until = fields
    user, agent, session, on_user, on_agent, on_session = (part or None for part in parts)
    return Grant(
        id,
        Scope(tenant, user, agent, session),
        Scope(tenant, on_user, on_agent, on_session),
        frozenset(map(Right, json.loads(rights))),
        cube,
        moment(until),
    )
