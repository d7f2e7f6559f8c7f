"""What an import format is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from memwell.app.imports.records import Found
from memwell.bench.json_items import OnBad


class Format(Protocol):
    """A module that reads one format.

    Nothing is lost in silence: what cannot be read is told to `on_bad` (its place, the fault),
    and the rest is read all the same.
    """

    TITLE: str  # as a person would call it

    def matches(self, first: Any) -> bool:
        """Whether the first item of a JSON file is of this format."""
        ...

    def read(self, path: Path, on_bad: OnBad) -> Iterator[Found]:
        """The conversations or memories, one at a time, and what was left out."""
        ...
