"""Small records that programs around a memory keep in it, such as the jobs of a server."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Records(Protocol):
    """JSON text by kind and id. They hold no words of memories: forgetting does not look here."""

    def put(self, kind: str, id: str, tenant: str, body: str, at: datetime) -> None:
        """Write it, in place of the one before."""
        ...

    def get(self, kind: str, id: str) -> str | None: ...

    def listed(self, kind: str, tenant: str | None = None) -> Sequence[tuple[str, str]]:
        """Ids and bodies of a kind, of one tenant or of all; the oldest first."""
        ...

    def drop(self, kind: str, id: str) -> bool:
        """False when there is none."""
        ...
