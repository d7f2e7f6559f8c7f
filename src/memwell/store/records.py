"""The part of the SQLite store that keeps small records for programs around it."""

from datetime import datetime

from memwell.store.codec import micros
from memwell.store.connection import Connections
from memwell.store.reporting import reporting


@reporting
class SQLiteRecords:
    """Implements core.records.Records."""

    def __init__(self, connections: Connections) -> None:
        self.path, self._connections = connections.path, connections

    def put(self, kind: str, id: str, tenant: str, body: str, at: datetime) -> None:
        with self._connections.transaction() as connection:
            connection.execute(
                "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (kind, id)"
                " DO UPDATE SET body = excluded.body, changed = excluded.changed",
                [kind, id, tenant, micros(at), body],
            )

    def get(self, kind: str, id: str) -> str | None:
        query = "SELECT body FROM record WHERE kind = ? AND id = ?"
        found = self._connections.get().execute(query, [kind, id]).fetchone()
        return str(found[0]) if found else None

    def listed(self, kind: str, tenant: str | None = None) -> list[tuple[str, str]]:
        rows = self._connections.get().execute(
            "SELECT id, body FROM record WHERE kind = ?1 AND (?2 IS NULL OR tenant = ?2)"
            " ORDER BY created, id",
            [kind, tenant],
        )
        return [(str(id), str(body)) for id, body in rows]

    def drop(self, kind: str, id: str) -> bool:
        with self._connections.transaction() as connection:
            query = "DELETE FROM record WHERE kind = ? AND id = ?"
            return connection.execute(query, [kind, id]).rowcount > 0
