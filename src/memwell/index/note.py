"""A small JSON file that says what an index holds: read as it was written, or not at all."""

import json
from pathlib import Path
from typing import Any
from zlib import crc32


def write(path: Path, fields: dict[str, Any]) -> None:
    """By renaming, so that a reader sees the old one or the new one."""
    content = json.dumps(fields)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([content, crc32(content.encode())]))
    part.replace(path)


def read(path: Path) -> dict[str, Any] | None:
    """None where there is none, or it is damaged, or of another form."""
    try:
        content, known = json.loads(path.read_text())
        fields = json.loads(content) if crc32(content.encode()) == known else None
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return None
    return fields if isinstance(fields, dict) else None
