"""Files that are whole or not there."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.store import durable


def write_json(path: Path, value: Any) -> None:
    """Raises InvalidInput when it cannot be written."""
    _write(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def lines(values: Iterable[Any]) -> bytes:
    """As JSON Lines."""
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def write_lines(path: Path, values: Iterable[Any]) -> None:
    """Raises InvalidInput when it cannot be written."""
    _write(path, lines(values))


def write_members(path: Path, members: Mapping[str, bytes]) -> None:
    """A zip of that name, or else a folder. Raises InvalidInput."""
    if path.suffix != ".zip":
        for name, content in members.items():
            _write(path / name, content)
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    _write(path, packed.getvalue())


def _write(path: Path, content: bytes) -> None:
    try:
        durable.write(path, content)
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror}") from error
