"""What an operation did: nothing says success and stores nothing."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Status(StrEnum):
    """How far an operation has come."""

    STORED = "stored"  # durable and searchable, word for word
    REFINED = "refined"  # the strategy has had its say too
    FAILED = "failed"  # stored, but the strategy failed; reasons are given
    PREVIEW = "preview"  # a dry run: nothing was written


@dataclass(frozen=True, slots=True)
class Applied:
    """One op that took effect, or was considered and dropped."""

    op: str  # add, update, delete, link, noop; event for a whole conversation
    id: str | None
    version: int | None
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something secret or personal in what came in: where and of what kind, never what it was."""

    place: int  # of the message, or of the change
    kind: str  # credential, email, phone, card, account, national_id
    done: str  # warn: it was kept; redact: its kind is in its place


@dataclass(frozen=True, slots=True)
class Receipt:
    """Grows from stored to refined or failed; `memory.receipt(id)` reads it again later."""

    id: str  # the id of the event, or of the batch when there is no event
    status: Status
    events: tuple[str, ...] = ()
    applied: tuple[Applied, ...] = ()
    dropped: tuple[Applied, ...] = ()
    tokens: int = 0  # language-model tokens spent
    seconds: float = 0.0
    error: str | None = None
    noticed: tuple[Noticed, ...] = ()  # by the privacy policy

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the cubes that were added or changed."""
        return tuple(dict.fromkeys(done.id for done in self.applied if done.id))

    @property
    def repeated(self) -> bool:
        """True for a conversation that was there already: nothing was stored this time."""
        return any(done.op == "event" for done in self.dropped)

    def again(self) -> "Receipt":
        """This receipt of long ago, for one who hands the same conversation in once more."""
        why = "it was there already; nothing was stored again"
        told = tuple(Applied("event", event, None, why) for event in self.events)
        return replace(self, dropped=self.dropped + told, tokens=0, seconds=0.0)

    def extended(self, other: "Receipt") -> "Receipt":
        """This receipt, followed by what the other adds."""
        return replace(
            self,
            status=other.status,
            applied=self.applied + other.applied,
            dropped=self.dropped + other.dropped,
            tokens=self.tokens + other.tokens,
            seconds=self.seconds + other.seconds,
            error=other.error,
            noticed=self.noticed + other.noticed,
        )
