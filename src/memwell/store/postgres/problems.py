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
    kind: type[StoreError] = StoreError
    match error:
        case errors.DiskFull():
            kind, told = DiskFull, f"{MAKE_ROOM} ({said})"
        case errors.ReadOnlySqlTransaction():
            kind, told = ReadOnly, f"{READ} ({said})"
        case errors.DataCorrupted() | errors.IndexCorrupted():
            kind, told = Damaged, f"{RESTORE} ({said})"
        case errors.LockNotAvailable():
            told = f"another writer holds {place} for too long"
        case errors.InsufficientPrivilege():
            told = f"the database user lacks a right ({said})"
        case PoolTimeout():
            told = f"no connection to {place} is free; try again, or allow more"
        case psycopg.OperationalError() if error.sqlstate is None:
            told = f"the server cannot be reached; check it and try again ({said})"
        case _:
            told = said
    return kind(f"{doing}: {told}")
