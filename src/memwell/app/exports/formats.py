"""Which formats can be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from memwell.app.exports.held import Held
from memwell.core.errors import InvalidInput
from memwell.kernel.memory import Memory

FORMATS: Mapping[str, str] = {
    "mem0": "a JSON file",
    "letta": "an .af file",
    "graphiti": "a JSON file",
    "cogx": "a folder or a .zip",
    "mcp": "a JSON Lines file",
    "markdown": "a folder or a .zip",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what the format has no place for."""

    memories: int
    left: Mapping[str, int]


def export(memory: Memory, path: str | Path, name: str) -> Exported:
    """Write the memories in scope as another system has them, as they stand now.

    Versions, lineage and grants stay behind: `Memory.export` keeps everything. Raises InvalidInput.
    """
    if name not in FORMATS:
        raise InvalidInput(f"no export format {name!r}; there are: {', '.join(FORMATS)}")
    path = Path(path)
    memory.copied(path)
    held = Held.of(memory, name)
    writer: Any = import_module(f"memwell.app.exports.{name}")
    return Exported(writer.write(path, held), dict(held.left))
