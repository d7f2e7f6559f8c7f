"""What governs a memory beside its content: grants, quotas, the audit log, copies made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from memwell.core.access import Grant
from memwell.core.errors import InvalidInput
from memwell.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a tenant, a user or an agent may keep; None sets no limit."""

    scope: Scope
    memories: int | None = None
    bytes: int | None = None  # of words, all versions counted

    def __post_init__(self) -> None:
        limits = [limit for limit in (self.memories, self.bytes) if limit is not None]
        if any(type(limit) is not int for limit in limits):
            raise InvalidInput(f"a quota is a whole number or None, not {limits}")
        if any(limit < 0 for limit in limits):
            raise InvalidInput("a quota cannot be negative; None means no limit")


@dataclass(frozen=True, slots=True)
class Sealed:
    """One line of the audit log: what was done, by whom and when, but never to what content."""

    seq: int
    at: datetime
    actor: str  # keyed digest of the scope that did it
    action: str
    batch: str  # random id of the change
    count: int  # operations in it
    journal: int  # the journal's last sequence number then
    seal: str  # keyed digest over this line and the seal before it


@dataclass(frozen=True, slots=True)
class Copy:
    """An export or backup that was made of this memory."""

    path: str
    kind: str  # export, backup
    at: datetime
    journal: int  # what it holds, up to this sequence number


class Governance(Protocol):
    """The part of a store that governs. Every change to it is a line of the audit log."""

    def grants(self, tenant: str) -> list[Grant]: ...

    def grant(self, grant: Grant, at: datetime) -> None: ...

    def revoke(self, id: str, at: datetime) -> bool:
        """True when there was such a grant."""
        ...

    def forget_user(self, tenant: str, user: str, at: datetime) -> None:
        """Take out grants and quotas that name a user."""
        ...

    def policy(self) -> int:
        """How often grants were changed; what was cached before the last time may be void."""
        ...

    def quotas(self, tenant: str) -> list[Quota]: ...

    def limit(self, quota: Quota, at: datetime) -> None: ...

    def used(self, scope: Scope) -> tuple[int, int]:
        """Memories held now, and bytes of words in all their versions."""
        ...

    def audit(self, after: int = 0) -> list[Sealed]: ...

    def actor(self) -> str:
        """The digest by which the audit log names whoever opened this handle."""
        ...

    def broken_seals(self) -> Sequence[int]:
        """Lines of the audit log that were changed, or follow one that is missing."""
        ...

    def digest(self, text: str) -> str | None:
        """A name as the audit log has it; None before that has its first line."""
        ...

    def note(self, action: str, at: datetime, count: int = 0) -> None:
        """A line of the audit log for something that changed no memory."""
        ...

    def copied(self, copy: Copy) -> None: ...

    def copies(self) -> list[Copy]: ...
