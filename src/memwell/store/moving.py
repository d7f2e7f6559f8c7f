"""Copies all rows of one database into another, empty one of either kind, numbers and all."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from memwell.core.errors import InvalidInput, StoreError
from memwell.store import apikeys, settings
from memwell.store.dialect import Connection, Row, dialect
from memwell.store.versions import VERSION

AT_ONCE = 2_000  # rows read and written

ACCESS = (
    "id, tenant, to_user, to_agent, to_session, on_user, on_agent, on_session, cube, rights, until"
)
# Of every table, what is copied of it, and what its rows are told apart by, in an order that is
# quick to read in.
TABLES = {
    "scope": ("code, tenant, user, agent, session", "code"),
    "branch": ("code, name, parent, forked, at", "code"),
    "event": (
        "seq, id, scope, at, recorded, digest, messages, labels, until, sensitivity, branch, born",
        "id",
    ),
    "version": (VERSION, "row"),
    "terms": ("row, hashed", "row"),
    "vector": ("place, fingerprint, row, vector", "row, fingerprint"),
    "token_states": ("row, fingerprint, states", "row, fingerprint"),
    "lineage": ("row, kind, place, source", "row, kind, place"),
    "label": ("name, value, row", "row, name"),
    "usage": ("id, uses, last_used, strength", "id"),
    "link": (
        "row, src, dst, relation, weight, why, branch, created, expired, born, died, batch",
        "row",
    ),
    "ended": ("kind, row, branch, expired, died", "kind, row, branch"),
    "journal": ("seq, batch, at, by, cause, op, id, version, why", "seq"),
    "receipt": ("id, status, body", "id"),
    "access": (ACCESS, "id"),
    "quota": ("tenant, user, agent, memories, bytes", "tenant, user, agent"),
    "audit": ("seq, at, actor, action, batch, count, journal, seal", "seq"),
    "job": ("event, branch, attempts, due, leased, error, dead", "event"),
    "copy": ("path, kind, at, journal", "path, kind"),
    "answer": ("key, body", "key"),
    "api_key": (apikeys.COLUMNS, "id"),
    "record": ("kind, id, tenant, created, changed, body", "kind, id"),
}
# Whose a row is, in the tables that may lie in parts by tenant.
WHOSE = {
    "event": "JOIN scope ON scope.code = event.scope",
    "version": "JOIN scope ON scope.code = version.scope",
    **{
        table: f"JOIN version ON version.row = {table}.row JOIN scope ON code = version.scope"
        for table in ("terms", "vector", "token_states")
    },
}
# Settings of a database, not of the memory in it.
OWN = ("store", "vector_hnsw_")

Told = Callable[[int, int], None]  # rows done, rows in all


def copy(source: Connection, target: Connection, renamed: Mapping[str, str], told: Told) -> int:
    """All rows, within a transaction of each; `renamed` are blobs that have another name there.

    Returns how many. Raises InvalidInput when the target holds anything, StoreError unless all
    arrived.
    """
    _check_empty(target)
    counts = {table: _count(source, table) for table in TABLES}
    whole, done = sum(counts.values()), 0
    for table in TABLES:
        for rows in _read(source, table):
            fitting = _fitting(table, rows, renamed)
            dialect(target).add(target, table, TABLES[table][0], fitting)
            done += len(rows)
            told(done, whole)
    _settings(source, target)
    dialect(target).go_on(target, dialect(source).reserve(source, "version", 1) - 1)
    short = [table for table, count in counts.items() if _count(target, table) != count]
    if short:
        raise StoreError(f"not all rows arrived ({', '.join(short)}); nothing was kept")
    return whole


def _check_empty(target: Connection) -> None:
    for table in TABLES:
        if _count(target, table) > (1 if table == "branch" else 0):
            raise InvalidInput(
                "there is something in the target already; name an empty one, or take it away first"
            )


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _read(source: Connection, table: str) -> Iterator[list[Row]]:
    """In pieces; every row begins with its tenant."""
    columns, key = TABLES[table]
    names = columns.split(", ")
    keys = key.split(", ")
    places = [names.index(each) + 1 for each in keys]
    whose = "scope.tenant" if table in WHOSE else "''"
    wanted = ", ".join(f"{table}.{name}" for name in names)
    query = f"SELECT {whose}, {wanted} FROM {table} {WHOSE.get(table, '')}"
    ordered = ", ".join(f"{table}.{each}" for each in keys)
    after = f"({ordered}) > ({', '.join('?' for _ in keys)})"
    rows = _piece(source, f"{query} ORDER BY {ordered} LIMIT ?", [AT_ONCE])
    while rows:
        yield rows
        last = [rows[-1][place] for place in places]
        rows = _piece(source, f"{query} WHERE {after} ORDER BY {ordered} LIMIT ?", [*last, AT_ONCE])


def _piece(source: Connection, query: str, values: list[Any]) -> list[Row]:
    return source.execute(query, values).fetchall()


def _fitting(table: str, rows: list[Row], renamed: Mapping[str, str]) -> list[Row]:
    """Without the main branch, which every database has; with the blobs' names of there."""
    if table == "branch":
        return [row for row in rows if row[1] != 0]
    if table != "version" or not renamed:
        return rows
    form, payload = (1 + TABLES[table][0].split(", ").index(each) for each in ("form", "payload"))
    return [
        row if row[form] == "text"
        else (*row[:payload], _renamed(row[payload], renamed), *row[payload + 1 :])
        for row in rows
    ]  # fmt: skip


def _renamed(payload: str, renamed: Mapping[str, str]) -> str:
    fields = json.loads(payload)
    return json.dumps({**fields, "blob": renamed.get(fields["blob"], fields["blob"])})


def _settings(source: Connection, target: Connection) -> None:
    for key, value in source.execute("SELECT key, value FROM meta").fetchall():
        if not key.startswith(OWN):
            settings.write(target, key, value)
