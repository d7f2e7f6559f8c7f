"""The store for a fleet: one PostgreSQL database that many processes work on."""

from memwell.core.access import Sensitivity
from memwell.core.branch import MAIN
from memwell.core.evidence import Ints
from memwell.core.filter import Filter
from memwell.core.model import Floats
from memwell.core.scope import Scope
from memwell.core.view import Moment
from memwell.store import settings
from memwell.store.postgres import nearest, pools, schema
from memwell.store.postgres.blobs import PostgresBlobs
from memwell.store.postgres.connection import Connections
from memwell.store.reporting import reporting
from memwell.store.sql import SQLStore

IDENTITY = "store"  # the setting that tells this memory from others


@reporting
class PostgresStore(SQLStore):
    """Implements core.store.Store on a database; safe to share between threads and processes.

    Raises NotFound when there is no such branch, and StoreErrors: MigrationError, and ReadOnly when
    a replica is written to.
    """

    def __init__(
        self,
        url: str,
        *,
        branch: str = MAIN,
        clearance: Sensitivity = Sensitivity.SECRET,
        actor: Scope | None = None,
    ) -> None:
        self.url, self._borrowed = url, False
        self._pool = pools.take(url)
        try:
            with self._pool.connection() as raw:
                read_only, self._vector = schema.read_only(raw), schema.vector_type(raw)
            self._opened = Connections(self._pool, pools.place(url), read_only=read_only)
            self.connections = self._opened
            self._show(actor or Scope(), branch, clearance)
        except BaseException:
            pools.give_back(url)
            raise
        self.blobs = PostgresBlobs(self.connections)

    def identity(self) -> str:
        """Of the memory in this database: made with it, and another one in a copy of it."""
        connection = self.connections.get()
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        (database,) = connection.execute(query).fetchone()
        return f"{settings.read(connection, IDENTITY)}-{database}"

    def index_vectors(self, fingerprint: str) -> bool:
        """Build an HNSW index of an embedder's vectors; from then on all processes search by it.

        False where there are no such vectors yet. Nobody writes while it is built.
        """
        with self._opened.transaction() as connection:
            return nearest.prepare(connection, fingerprint, self._vector)

    def nearest(
        self,
        fingerprint: str,
        query: Floats,
        n: int,
        scope: Scope,
        moment: Moment,
        where: Filter | None = None,
    ) -> Ints | None:
        connection = self._opened.get()
        if not (numbers := nearest.width(connection, fingerprint)):
            return None
        condition = self._searchable(scope, moment, where)
        return nearest.search(connection, fingerprint, query, n, condition, self._vector, numbers)

    def sizes(self) -> tuple[int, int]:
        """Bytes of all tables and indexes but the blobs', and of the blobs."""
        rows = self.connections.get().execute(
            "SELECT relname = 'blob', sum(pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relnamespace = 'memwell'::regnamespace AND relkind = 'r' GROUP BY 1"
        )
        found = {blob: int(size) for blob, size in rows}
        return found.get(False, 0), found.get(True, 0)

    def close(self) -> None:
        if not self._borrowed and not self._opened.closed:
            self.connections.close()
            pools.give_back(self.url)
