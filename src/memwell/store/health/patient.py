"""A memory's folder as the doctor sees it: the database, the blobs, and what was found there."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memwell.store.blobs import BlobStore
from memwell.store.sqlite import SQLiteStore

SHOWN = 5  # examples of a finding

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Patient:
    """Checks read through it, all at one moment; repairs change through it."""

    folder: Path
    store: SQLiteStore
    blobs: BlobStore
    deep: bool = False  # also what takes as long as reading everything twice

    @property
    def connection(self) -> sqlite3.Connection:
        return self.store.files.get()

    def rows(self, query: str, *values: Any) -> list[Values]:
        return self.connection.execute(query, values).fetchall()

    def values(self, query: str, *values: Any) -> list[Any]:
        """The first column."""
        return [row[0] for row in self.rows(query, *values)]

    def changing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One write transaction."""
        return self.store.files.transaction()

    @contextmanager
    def still(self) -> Iterator[None]:
        """While it lasts, all reads see the database as it is at the first of them."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")


Repair = Callable[[Patient], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: str  # in words, with how many
    examples: tuple[str, ...] = ()  # ids, rows or files: the first few
    repair: Repair | None = field(default=None, compare=False, repr=False)  # says what it did
    grave: bool = True  # False: nothing is lost by it; it takes room, or mends itself
    check: str = ""  # which one found it


Check = Callable[[Patient], Iterator[Finding]]


def some(values: Iterable[Any]) -> tuple[str, ...]:
    """The first few, as examples."""
    return tuple(str(value) for value, _ in zip(values, range(SHOWN), strict=False))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
