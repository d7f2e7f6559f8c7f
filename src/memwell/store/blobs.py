"""Content-addressed blobs: safetensors files, named by their sha256, written atomically."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from memwell.core.errors import CorruptBlob, NotFound

Tensors = Mapping[str, npt.NDArray[np.generic]]


class BlobStore:
    """One file per blob under a folder; the same content is kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, tensors: Tensors) -> str:
        """Write named tensors; returns the digest to find them by. Durable on return."""
        content = save({name: np.ascontiguousarray(tensors[name]) for name in tensors})
        digest = hashlib.sha256(content).hexdigest()
        if not self._path(digest).exists():
            self._write(self._path(digest), content)
        return digest

    def get(self, digest: str) -> dict[str, npt.NDArray[np.generic]]:
        """The tensors. Raises NotFound, and CorruptBlob when the bytes changed on disk."""
        path = self._path(digest)
        if not path.exists():
            raise NotFound(f"no blob {digest[:12]}… in {self.folder}")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise CorruptBlob(f"blob {path} does not match its checksum; restore it from a backup")
        return dict(load(content))

    def drop(self, digest: str) -> bool:
        """Erase a blob; True when it was there."""
        path = self._path(digest)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def digests(self) -> Iterator[str]:
        """The digests of all blobs, in no particular order."""
        yield from (path.stem for path in self.folder.glob("*/*.safetensors"))

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.safetensors"

    def _write(self, path: Path, content: bytes) -> None:
        """Rename into place after the bytes are on disk: a crash leaves either state whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
