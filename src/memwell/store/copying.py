"""Copies a whole database into a new file under another seal, and checks the copy."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from memwell.core.errors import StoreError
from memwell.store import durable
from memwell.store.driver import errors
from memwell.store.seal import Seal

TENSORS = "form != 'text'"  # versions whose payload names a blob


def named(connection: sqlite3.Connection) -> set[str]:
    """Digests of all blobs that any version names."""
    query = f"SELECT DISTINCT json_extract(payload, '$.blob') FROM version WHERE {TENSORS}"
    return {digest for (digest,) in connection.execute(query)}


def copy(source: sqlite3.Connection, path: Path, seal: Seal, renamed: Mapping[str, str]) -> None:
    """The copy names its blobs as `renamed` says. Raises StoreError unless it is whole."""
    try:
        with _attached(source, path, seal):
            source.execute("PRAGMA made.synchronous = OFF")  # it is synchronized once, at the end
            source.execute("SELECT sqlcipher_export('made')").fetchall()
            (version,) = source.execute("PRAGMA main.user_version").fetchone()
            source.execute(f"PRAGMA made.user_version = {version}")
            source.executemany(
                "UPDATE made.version SET payload = json_replace(payload, '$.blob', ?) "
                f"WHERE {TENSORS} AND json_extract(payload, '$.blob') = ?",
                [(new, old) for old, new in renamed.items()],
            )
        with _attached(source, path, seal):  # virtual tables are known from now on only
            _check(source)
        durable.sync(path)
    except errors() as error:
        raise StoreError(f"cannot copy the database to {path}: {error}") from error


@contextmanager
def _attached(connection: sqlite3.Connection, path: Path, seal: Seal) -> Iterator[None]:
    connection.execute(f"ATTACH ? AS made KEY {seal.cipher.literal}", [str(path)])
    try:
        yield
    finally:
        connection.execute("DETACH made")


def _check(connection: sqlite3.Connection) -> None:
    (told,) = connection.execute("PRAGMA made.integrity_check").fetchone()
    tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    short = [name for (name,) in tables.fetchall() if len(set(_counts(connection, name))) > 1]
    if told != "ok" or short:
        raise StoreError(f"the copy of the database is not whole ({told} {short}); try again")


def _counts(connection: sqlite3.Connection, table: str) -> tuple[int, ...]:
    return tuple(
        connection.execute(f'SELECT count(*) FROM {schema}."{table}"').fetchone()[0]
        for schema in ("main", "made")
    )
