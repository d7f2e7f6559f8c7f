"""Content-addressed blobs: safetensors files, named by a digest, written atomically.

An envelope says what a file holds: the bytes as they are, or encrypted.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from memwell.core.errors import CorruptBlob, NotFound
from memwell.store import durable
from memwell.store.envelope import OPEN, Envelope
from memwell.store.problems import reported

Tensors = Mapping[str, npt.NDArray[np.generic]]


class Blobs(Protocol):
    """Keeps tensors by a digest of their bytes."""

    def put(self, tensors: Tensors) -> str: ...

    def get(self, digest: str) -> dict[str, npt.NDArray[np.generic]]: ...

    def write(self, content: bytes) -> str: ...

    def holds(self, content: bytes) -> bool: ...

    def read(self, digest: str) -> bytes: ...

    def drop(self, digest: str) -> bool: ...

    def tidy(self) -> None: ...

    def digests(self) -> Iterator[str]: ...


class BlobStore:
    """One file per blob under a folder; the same content is kept once."""

    def __init__(self, folder: Path, envelope: Envelope = OPEN) -> None:
        self.folder = folder
        self._envelope = envelope

    def put(self, tensors: Tensors) -> str:
        """Write named tensors; returns the digest to find them by. Durable on return.

        Raises DiskFull and ReadOnly; then nothing is left of it.
        """
        return self.write(save({name: np.ascontiguousarray(tensors[name]) for name in tensors}))

    def get(self, digest: str) -> dict[str, npt.NDArray[np.generic]]:
        """The tensors. Raises NotFound, and CorruptBlob when the bytes changed on disk."""
        return dict(load(self.read(digest)))

    def write(self, content: bytes) -> str:
        """Like `put`, of tensors that are bytes already."""
        digest = self._envelope.name(content)
        path = self.path(digest)
        if not path.exists():
            with reported(path, f"blob {digest[:12]}… was not written to {self.folder}"):
                durable.make(self.folder)
                with self._writing():
                    durable.write(path, self._envelope.wrap(content, digest))
        return digest

    def holds(self, content: bytes) -> bool:
        """Whether just these bytes are kept already."""
        return self.path(self._envelope.name(content)).exists()

    def read(self, digest: str) -> bytes:
        """Like `get`, without taking the bytes apart."""
        path = self.path(digest)
        if not path.exists():
            raise NotFound(f"no blob {digest[:12]}… in {self.folder}")
        try:
            return self._envelope.unwrap(path.read_bytes(), digest)
        except ValueError as error:
            raise CorruptBlob(f"blob {path}: {error}; restore it from a backup") from error

    def drop(self, digest: str) -> bool:
        """Erase a blob, for good on return; True when it was there."""
        path = self.path(digest)
        there = path.exists()
        path.unlink(missing_ok=True)
        if path.parent.is_dir():  # also when an earlier process unlinked it and got no further
            durable.sync(path.parent)
        return there

    def tidy(self) -> None:
        """Delete what writes that were cut off have left, unless others are writing."""
        parts = list(self.folder.glob(f"*/*{durable.PART}"))
        if parts:
            with self._writing(alone=True) as alone:
                for part in parts if alone else ():
                    part.unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """The digests of all blobs, in no particular order."""
        yield from (path.stem for path in self.folder.glob(f"*/*{self._envelope.suffix}"))

    def path(self, digest: str) -> Path:
        """Where a blob lies, or would."""
        return self.folder / digest[:2] / f"{digest}{self._envelope.suffix}"

    @contextmanager
    def _writing(self, *, alone: bool = False) -> Iterator[bool]:
        """Held by all who write at the same time, or by one alone: False when others write."""
        wish = fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, wish)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(handle)
