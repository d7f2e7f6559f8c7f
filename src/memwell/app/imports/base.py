"""What an import format is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from memwell.bench.json_items import OnBad
from memwell.core.message import Conversation


class Format(Protocol):
    """A module that reads one format.

    Nothing is lost in silence: what cannot be read is told to `on_bad` (its place, the fault),
    and the rest is read all the same.
    """

    TITLE: str  # as a person would call it

    def matches(self, first: Any) -> bool:
        """Whether the first item of a JSON file is of this format."""
        ...

    def read(self, path: Path, on_bad: OnBad) -> Iterator[Conversation]:
        """The conversations, one at a time."""
        ...
