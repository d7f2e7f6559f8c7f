"""Where a memory lies: in a folder, or in a database of a PostgreSQL server."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from memwell.core.access import Sensitivity
from memwell.core.errors import InvalidInput
from memwell.core.scope import Scope
from memwell.store import seal
from memwell.store.address import has_memory, is_database
from memwell.store.blobs import Blobs, BlobStore
from memwell.store.key import FILE_VARIABLE, VARIABLE
from memwell.store.seal import Seal
from memwell.store.sql import SQLStore
from memwell.store.sqlite import SQLiteStore

if TYPE_CHECKING:
    from memwell.store.postgres.store import PostgresStore

OPEN = Seal()
CACHE = "MEMWELL_CACHE"  # the variable that names the folder of index files of databases
INSTALL = "install what PostgreSQL needs: pip install 'memwell[postgres]'"


class Place(Protocol):
    """What differs between places; everything else asks the store."""

    @property
    def path(self) -> Path | str:
        """As it was named; opens the same memory again."""
        ...

    @property
    def seal(self) -> Seal: ...

    def exists(self) -> bool:
        """Whether there may be a memory already, without opening it."""
        ...

    def store(self, actor: Scope, branch: str, clearance: Sensitivity) -> SQLStore: ...

    def blobs(self, store: SQLStore) -> Blobs: ...

    def index(self, store: SQLStore) -> Path | None:
        """The folder of index files; None where they are to be kept in memory."""
        ...

    def sizes(self, store: SQLStore) -> tuple[int, int]:
        """Bytes of the database, and of blobs beside it."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """One SQLite file, and files beside it."""

    path: Path
    seal: Seal

    def exists(self) -> bool:
        return has_memory(self.path)

    def store(self, actor: Scope, branch: str, clearance: Sensitivity) -> SQLStore:
        return SQLiteStore(
            self.path / seal.DATABASE,
            self.seal.driver,
            branch=branch,
            clearance=clearance,
            actor=actor,
        )

    def blobs(self, store: SQLStore) -> Blobs:
        return BlobStore(self.path / "blobs", self.seal.envelope)

    def index(self, store: SQLStore) -> Path | None:
        """Vectors of a sealed memory stay off disk."""
        return None if self.seal else self.path / "index"

    def sizes(self, store: SQLStore) -> tuple[int, int]:
        return size_of(self.path.glob("memory.db*")), size_of((self.path / "blobs").rglob("*"))


@dataclass(frozen=True, slots=True)
class Database:
    """A database on a server, that other processes work on, too."""

    path: str  # its URL
    seal: Seal = OPEN

    def exists(self) -> bool:
        return True

    def store(self, actor: Scope, branch: str, clearance: Sensitivity) -> SQLStore:
        try:
            from memwell.store.postgres.store import PostgresStore
        except ImportError as error:
            raise InvalidInput(f"psycopg is missing; {INSTALL}") from error
        return PostgresStore(self.path, branch=branch, clearance=clearance, actor=actor)

    def blobs(self, store: SQLStore) -> Blobs:
        return cast("PostgresStore", store).blobs

    def index(self, store: SQLStore) -> Path | None:
        """A cache of this machine's own, that may be deleted at any time."""
        return _cache() / cast("PostgresStore", store).identity() / "index"

    def sizes(self, store: SQLStore) -> tuple[int, int]:
        return cast("PostgresStore", store).sizes()


def located(where: str | Path, key: Any = None) -> Place:
    """The place of a name: a URL of PostgreSQL's, or a folder. Raises as `seal.opened` does."""
    if not is_database(where):
        folder = Path(where)
        return Folder(folder, seal.opened(folder, key))
    if key is not None or os.environ.get(VARIABLE) or os.environ.get(FILE_VARIABLE):
        raise InvalidInput(
            "memwell does not encrypt what it keeps on a PostgreSQL server; leave out the key (and "
            f"{VARIABLE}), and have the server's disks and connections encrypted"
        )
    return Database(str(where))


def size_of(paths: Iterable[Path]) -> int:
    """Bytes of files."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def _cache() -> Path:
    given = os.environ.get(CACHE)
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "memwell"
