"""What came in: messages, and the events that keep them word for word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from memwell.core.access import Sensitivity
from memwell.core.identity import turn_id
from memwell.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    content: str
    role: str = "user"
    name: str | None = None  # the speaker, where the conversation names one
    at: datetime | None = None  # when it was said; the event's time where unknown
    ref: str | None = None  # the caller's own id of this turn
    attachments: tuple[str, ...] = ()  # descriptions of images or files shown with it

    @property
    def speaker(self) -> str:
        return self.name or self.role

    @property
    def text(self) -> str:
        """The words, with what the attachments show in brackets."""
        return " ".join([self.content, *(f"[{shown}]" for shown in self.attachments)]).strip()


@dataclass(frozen=True, slots=True)
class Event:
    """Messages as they were handed in: the ground truth, immutable, rewritten only by `forget`."""

    id: str
    messages: tuple[Message, ...]
    scope: Scope
    at: datetime  # when it happened in the world
    recorded: datetime  # when the system learned of it
    labels: Mapping[str, str] = field(default_factory=dict)  # what its turns can be filtered by
    until: datetime | None = None  # when its turns are to expire
    sensitivity: Sensitivity = Sensitivity.INTERNAL

    def turn_id(self, place: int) -> str:
        """The id of the cube that holds the words of the message at this place."""
        return turn_id(self.id, place)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation to be remembered as one event: how batches and imports hand over work."""

    messages: tuple[Message, ...]
    session: str | None = None
    at: datetime | None = None  # when it took place; now where unknown
    user: str | None = None  # whose it is, where one call brings those of many users
    labels: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    trust: str | float = 1.0  # how far its source is believed: a class or a number
