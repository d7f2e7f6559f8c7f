"""What PostgreSQL and the way to it report, in words that say what to do next."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from memwell.core.errors import Damaged, DiskFull, ReadOnly, StoreError

# A writer who is told so begins again: nothing of it was written.
AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)
LOST = (psycopg.OperationalError, psycopg.InterfaceError)

MAKE_ROOM = "the server's disk is full; make room and try again"
READ = "this server takes no writing (a replica?); write to the primary"
RESTORE = "a row cannot be read; restore the database from a dump"


@contextmanager
def reported(place: str, doing: str) -> Iterator[None]:
    """Raises StoreErrors for what goes wrong inside; `doing` names the work."""
    try:
        yield
    except (psycopg.Error, PoolTimeout) as error:
        raise of_postgres(error, place, doing) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Damaged(f"{doing}: {RESTORE} ({error})") from error


def of_postgres(error: BaseException, place: str, doing: str) -> StoreError:
    """The StoreError for an error of PostgreSQL."""
    said = " ".join(str(error).split())
    match error:
        case errors.DiskFull():
            return DiskFull(f"{doing}: {MAKE_ROOM} ({said})")
        case errors.ReadOnlySqlTransaction():
            return ReadOnly(f"{doing}: {READ} ({said})")
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return Damaged(f"{doing}: {RESTORE} ({said})")
        case errors.LockNotAvailable():
            return StoreError(f"{doing}: another writer holds {place} for too long")
        case errors.InsufficientPrivilege():
            return StoreError(f"{doing}: the database user lacks a right ({said})")
        case PoolTimeout():
            return StoreError(f"{doing}: no connection to {place} is free; try again, or ask less")
        case psycopg.OperationalError() if error.sqlstate is None:
            return StoreError(f"{doing}: the server cannot be reached; check it and retry ({said})")
    return StoreError(f"{doing}: {said}")
