"""Content-addressed blobs in a table, where every process that uses the database finds them."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from memwell.core.errors import CorruptBlob, NotFound
from memwell.store.blobs import Tensors
from memwell.store.dialect import Connections
from memwell.store.envelope import OPEN


class PostgresBlobs:
    """Does what memwell.store.blobs.BlobStore does. A blob is at most 1 GB."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(self, tensors: Tensors) -> str:
        """Write named tensors; returns the digest to find them by. Durable on return."""
        return self.write(save({name: np.ascontiguousarray(tensors[name]) for name in tensors}))

    def get(self, digest: str) -> dict[str, npt.NDArray[np.generic]]:
        """The tensors. Raises NotFound, and CorruptBlob when the bytes changed."""
        return dict(load(self.read(digest)))

    def write(self, content: bytes) -> str:
        """Like `put`, of tensors that are bytes already."""
        digest = OPEN.name(content)
        with self._connections.reported(), self._connections.transaction() as connection:
            connection.execute(
                "INSERT INTO blob (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (digest, content),
            )
        return digest

    def holds(self, content: bytes) -> bool:
        """Whether just these bytes are kept already."""
        with self._connections.reported():
            query = "SELECT 1 FROM blob WHERE digest = ?"
            return bool(self._connections.get().execute(query, [OPEN.name(content)]).fetchone())

    def read(self, digest: str) -> bytes:
        """Like `get`, without taking the bytes apart."""
        with self._connections.reported():
            query = "SELECT content FROM blob WHERE digest = ?"
            found = self._connections.get().execute(query, [digest]).fetchone()
        if found is None:
            raise NotFound(f"no blob {digest[:12]}… in the database")
        if OPEN.name(found[0]) != digest:
            raise CorruptBlob(f"blob {digest[:12]}… changed; restore the database from a dump")
        return bytes(found[0])

    def drop(self, digest: str) -> bool:
        """Erase a blob; True when it was there."""
        with self._connections.reported(), self._connections.transaction() as connection:
            gone = connection.execute("DELETE FROM blob WHERE digest = ?", [digest])
        return gone.rowcount > 0

    def tidy(self) -> None:
        """A write that was cut off leaves nothing."""

    def digests(self) -> Iterator[str]:
        """The digests of all blobs, in no particular order."""
        with self._connections.reported():
            found = self._connections.get().execute("SELECT digest FROM blob").fetchall()
        yield from (digest for (digest,) in found)
