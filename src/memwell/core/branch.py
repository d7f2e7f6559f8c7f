"""Branches: a memory that goes its own way from some point on, and shares all that was before."""

from dataclasses import dataclass
from datetime import datetime

MAIN = "main"


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of versions. It shares what its parent held up to a point of the journal."""

    name: str
    parent: str | None  # None for the main line
    forked: int  # the journal's sequence number up to which the parent is shared
    at: datetime  # when it was made
