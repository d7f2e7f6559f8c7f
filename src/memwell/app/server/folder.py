"""Where uploads and exports lie while they are needed: out of reach of names from requests."""

import tempfile
from pathlib import Path


class Folder:
    """A folder for one server process, only readable by it, and gone with it."""

    def __init__(self) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="memwell-serve-")
        self._count = 0
        self.results: dict[str, Path] = {}  # by job

    def new(self, ending: str) -> Path:
        """A file that is not there yet."""
        self._count += 1
        return Path(self._made.name) / f"{self._count}{ending}"

    def close(self) -> None:
        self._made.cleanup()
