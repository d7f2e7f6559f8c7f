"""Content-addressed blobs: safetensors files, named by a digest, written atomically.

An envelope says what a file holds: the bytes as they are, or encrypted.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from memwell.core.errors import CorruptBlob, NotFound
from memwell.store import durable
from memwell.store.envelope import OPEN, Envelope

Tensors = Mapping[str, npt.NDArray[np.generic]]


class BlobStore:
    """One file per blob under a folder; the same content is kept once."""

    def __init__(self, folder: Path, envelope: Envelope = OPEN) -> None:
        self.folder = folder
        self._envelope = envelope

    def put(self, tensors: Tensors) -> str:
        """Write named tensors; returns the digest to find them by. Durable on return."""
        return self.write(save({name: np.ascontiguousarray(tensors[name]) for name in tensors}))

    def get(self, digest: str) -> dict[str, npt.NDArray[np.generic]]:
        """The tensors. Raises NotFound, and CorruptBlob when the bytes changed on disk."""
        return dict(load(self.read(digest)))

    def write(self, content: bytes) -> str:
        """Like `put`, of tensors that are bytes already."""
        digest = self._envelope.name(content)
        path = self._path(digest)
        if not path.exists():
            durable.write(path, self._envelope.wrap(content, digest))
        return digest

    def read(self, digest: str) -> bytes:
        """Like `get`, without taking the bytes apart."""
        path = self._path(digest)
        if not path.exists():
            raise NotFound(f"no blob {digest[:12]}… in {self.folder}")
        try:
            return self._envelope.unwrap(path.read_bytes(), digest)
        except ValueError as error:
            raise CorruptBlob(f"blob {path}: {error}; restore it from a backup") from error

    def drop(self, digest: str) -> bool:
        """Erase a blob; True when it was there."""
        path = self._path(digest)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def digests(self) -> Iterator[str]:
        """The digests of all blobs, in no particular order."""
        yield from (path.stem for path in self.folder.glob(f"*/*{self._envelope.suffix}"))

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}{self._envelope.suffix}"
