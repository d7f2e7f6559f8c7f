"""Weights and vocabularies are used only when their sha256 is the one we know."""

import hashlib
from pathlib import Path

from memwell.core.errors import ModelUnavailable

CHUNK = 1 << 20  # bytes


def file_sha256(path: Path) -> str:
    """The file's sha256 in hex, read in bounded memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read_verified(path: Path, sha256: str) -> bytes:
    """The file's bytes. What is checked is what is used: the file is read once.

    Raises ModelUnavailable when it cannot be read or is not the expected file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"cannot read {path}: {error.strerror or error}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelUnavailable(
            f"{path} has sha256 {found[:16]}…, expected {sha256[:16]}…: "
            "the file is damaged or another model; install it again"
        )
    return data
