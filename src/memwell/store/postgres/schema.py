"""Brings a database to the current schema, one numbered file at a time.

Everything lies in a schema of its own, so that a database may hold other things as well.
"""

from importlib.resources import files
from typing import Any

import psycopg
from psycopg import errors
from psycopg.types import TypeInfo

from memwell.core.errors import MigrationError, ReadOnly, StoreError

NAME = "memwell"
OLDEST = 15  # major version of PostgreSQL
PARTS = 8  # of every table that is divided by tenant
# Two processes may begin at once; PostgreSQL then fails one of them, which begins again.
BOTH = (errors.UniqueViolation, errors.DuplicateObject, errors.DuplicateTable,
        errors.DuplicateSchema, errors.DeadlockDetected)  # fmt: skip
ATTEMPTS = 20

Raw = psycopg.Connection[Any]


def prepare(raw: Raw) -> tuple[str, TypeInfo]:
    """Migrates the database at need; where names are looked up, and pgvector's type.

    Raises MigrationError when it was written by a newer memwell, lacks pgvector or is too old, and
    ReadOnly when it was written by an older memwell and takes no writing.
    """
    if raw.info.server_version < OLDEST * 10_000:
        raise MigrationError(f"memwell needs PostgreSQL {OLDEST} or newer; upgrade the server")
    for _ in range(ATTEMPTS):
        try:
            _migrate(raw)
            break
        except BOTH:
            continue
    else:
        raise StoreError("others keep changing the schema; try again")
    return _path(raw), _vector(raw)


def read_only(raw: Raw) -> bool:
    """Whether the server, or the user's settings, refuse writing."""
    query = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"
    return bool(_one(raw, query))


def migrations() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    found = files("memwell.store.postgres.migrations").iterdir()
    scripts = sorted((f.name, f.read_text()) for f in found if f.name.endswith(".sql"))
    return [(int(name.split("_")[0]), script) for name, script in scripts]


def version(raw: Raw) -> int:
    """The number of the last migration; 0 before the first."""
    if _one(raw, f"SELECT to_regclass('{NAME}.migrated') IS NULL"):
        return 0
    return int(_one(raw, f"SELECT coalesce(max(number), 0) FROM {NAME}.migrated"))


def _migrate(raw: Raw) -> None:
    steps = migrations()
    newest, there = steps[-1][0], version(raw)
    if there > newest:
        raise MigrationError(
            f"this memory has schema {there}, this memwell knows up to {newest}; "
            "upgrade memwell to open it"
        )
    if there == newest:
        return
    if read_only(raw):
        raise ReadOnly(f"this memory has schema {there}, this memwell needs {newest}; open it once "
                       "on the primary")  # fmt: skip
    with raw.transaction():
        _extend(raw)
        raw.execute(f"CREATE SCHEMA IF NOT EXISTS {NAME}")
        raw.execute(f"CREATE TABLE IF NOT EXISTS {NAME}.migrated (number INTEGER PRIMARY KEY)")
        raw.execute(f"LOCK TABLE {NAME}.migrated IN ACCESS EXCLUSIVE MODE")
        there = version(raw)
        raw.execute(f"SET LOCAL search_path = {_path(raw)}")
        for number, script in steps:
            if number > there:
                _apply(raw, number, script)


def _apply(raw: Raw, number: int, script: str) -> None:
    filled = script.replace("@vector@", vector_type(raw)).replace("@parts@", str(PARTS))
    try:
        raw.execute(filled.encode())
        raw.execute(f"INSERT INTO {NAME}.migrated VALUES ({number})")
    except psycopg.Error as error:
        if isinstance(error, BOTH):
            raise
        raise MigrationError(f"migration {number} failed: {error}") from error


WHERE = """
SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'vector'
"""


def _extend(raw: Raw) -> None:
    if _one(raw, WHERE):
        return
    try:
        raw.execute("CREATE EXTENSION vector WITH SCHEMA public")
    except (errors.FeatureNotSupported, errors.UndefinedFile) as error:
        raise MigrationError("this server has no pgvector; install it there") from error
    except errors.InsufficientPrivilege as error:
        raise MigrationError(
            "this database has no pgvector, and the user may not add it; have an administrator run "
            "CREATE EXTENSION vector"
        ) from error


def vector_type(raw: Raw) -> str:
    """The name of pgvector's type, wherever it was installed."""
    return f'"{_one(raw, WHERE)}".vector'


def _path(raw: Raw) -> str:
    return f'{NAME}, "{_one(raw, WHERE)}"'


def _vector(raw: Raw) -> TypeInfo:
    found = TypeInfo.fetch(raw, vector_type(raw))
    assert found is not None
    return found


def _one(raw: Raw, query: str) -> Any:
    found = raw.execute(query.encode()).fetchone()
    return found[0] if found else None
