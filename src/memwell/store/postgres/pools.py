"""Pools of connections, one for each database that this process uses, for as long as it is used."""

import os
import threading
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types import TypeInfo
from psycopg_pool import ConnectionPool

from memwell.core.errors import StoreError
from memwell.store.postgres import packed, schema
from memwell.store.postgres.connection import Raw
from memwell.store.postgres.problems import reported

SIZE = 10  # connections at most, unless MEMWELL_POSTGRES_CONNECTIONS says otherwise
SIZE_VARIABLE = "MEMWELL_POSTGRES_CONNECTIONS"
PATIENCE = 60  # seconds to wait for a connection, and for another writer


@dataclass
class _Used:
    pool: ConnectionPool[Raw]
    times: int


_used: dict[tuple[int, str], _Used] = {}  # by process: a fork makes its own
_lock = threading.Lock()


def place(url: str) -> str:
    """Which database it is, without the password."""
    parts = conninfo_to_dict(url)
    host = str(parts.get("host") or "localhost")
    return f"PostgreSQL database {parts.get('dbname') or parts.get('user') or ''} on {host}"


def take(url: str) -> ConnectionPool[Raw]:
    """The pool of a database, whose schema is brought up to date; to be given back."""
    key = (os.getpid(), url)
    with _lock:
        if key not in _used:
            _used[key] = _Used(_made(url), 0)
        _used[key].times += 1
        return _used[key].pool


def give_back(url: str) -> None:
    """Closes it when nobody else in this process has it."""
    key = (os.getpid(), url)
    with _lock:
        used = _used.get(key)
        if used is None:
            return
        used.times -= 1
        if used.times == 0:
            _used.pop(key).pool.close()


def _made(url: str) -> ConnectionPool[Raw]:
    with reported(place(url), f"cannot open the {place(url)}"):
        with psycopg.connect(url, autocommit=True) as first:
            path, vector = schema.prepare(first)
        pool = ConnectionPool(
            url,
            min_size=0,
            max_size=_size(),
            timeout=PATIENCE,
            open=False,
            kwargs={"autocommit": True},
            configure=lambda raw: _configure(raw, path, vector),
            name="memwell",
        )
        pool.open()
        return pool


def _configure(raw: "psycopg.Connection[Any]", path: str, vector: TypeInfo) -> None:
    raw.execute(f"SET search_path = {path}")
    raw.execute(f"SET lock_timeout = '{PATIENCE}s'")
    packed.prepare(raw, vector)


def _size() -> int:
    given = os.environ.get(SIZE_VARIABLE, str(SIZE))
    if not given.isdecimal() or int(given) < 1:
        raise StoreError(f"{SIZE_VARIABLE} is a number of connections, not {given!r}")
    return int(given)
