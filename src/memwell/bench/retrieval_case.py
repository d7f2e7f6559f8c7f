"""A question over a history: what every conversational benchmark comes down to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """What is ranked: whole sessions, or single turns."""

    SESSION = "session"
    TURN = "turn"


class Roles(StrEnum):
    """Whose turns are remembered."""

    ALL = "all"
    USER = "user"

    @property
    def kept(self) -> frozenset[str] | None:
        """The roles themselves; None means any."""
        return frozenset({"user"}) if self is Roles.USER else None


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be ranked, with the words a baseline ranks it by."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalCase:
    """One question, the documents it is ranked over, and which of them are gold."""

    id: str
    group: str  # the question's type or category
    question: str
    user: str  # the scope its history is remembered under
    asked: datetime
    documents: tuple[Document, ...]
    gold: frozenset[str]
    answer: str = ""
    evidence_sessions: frozenset[str] = field(default_factory=frozenset)
    answerable: bool = True
    judged_by: str = ""  # which question a judge is asked; empty: the plain one

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the documents."""
        return frozenset(document.id for document in self.documents)
