"""The part of a store that keeps small records for programs around it."""

from datetime import datetime

from memwell.store.codec import micros
from memwell.store.dialect import Connections
from memwell.store.reporting import reporting


@reporting
class StoreRecords:
    """Implements core.records.Records."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def put(self, kind: str, id: str, tenant: str, body: str, at: datetime) -> None:
        with self.connections.transaction() as connection:
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id)"
                " DO UPDATE SET body = excluded.body, changed = excluded.changed",
                [kind, id, tenant, micros(at), micros(at), body],
            )

    def get(self, kind: str, id: str) -> str | None:
        query = "SELECT body FROM record WHERE kind = ? AND id = ?"
        found = self.connections.get().execute(query, [kind, id]).fetchone()
        return str(found[0]) if found else None

    def listed(self, kind: str, tenant: str | None = None) -> list[tuple[str, str]]:
        chosen, values = (" AND tenant = ?", [tenant]) if tenant is not None else ("", [])
        rows = self.connections.get().execute(
            f"SELECT id, body FROM record WHERE kind = ?{chosen} ORDER BY created, id",
            [kind, *values],
        )
        return [(str(id), str(body)) for id, body in rows]

    def drop(self, kind: str, id: str) -> bool:
        with self.connections.transaction() as connection:
            query = "DELETE FROM record WHERE kind = ? AND id = ?"
            return connection.execute(query, [kind, id]).rowcount > 0
