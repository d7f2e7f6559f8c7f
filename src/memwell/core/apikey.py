"""API keys: what a program on the network shows to say who it is. Only digests of them are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from memwell.core.access import Right, Sensitivity
from memwell.core.scope import Scope


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Whom a key stands for and what it may do; its secret is known to its owner alone."""

    id: str  # random, and part of the key itself
    digest: str  # of the secret, in hex
    name: str  # what the operator calls it
    scope: Scope  # whose memories: the parts that are not set are the bearer's to choose
    rights: frozenset[Right]
    created: datetime
    admin: bool = False  # may look after keys, quotas, webhooks and the audit log of its tenant
    clearance: Sensitivity = Sensitivity.SECRET
    expires: datetime | None = None
    used: datetime | None = None  # for the last time, to the minute
    revoked: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class ApiKeys(Protocol):
    """The part of a store that keeps them. Adding and revoking are lines of the audit log."""

    def add(self, key: ApiKey, at: datetime) -> None: ...

    def get(self, id: str) -> ApiKey | None: ...

    def listed(self, tenant: str | None = None) -> Sequence[ApiKey]:
        """Those of one tenant, or all; the oldest first."""
        ...

    def revoke(self, id: str, at: datetime) -> bool:
        """False when there is no such key, or it was revoked before."""
        ...

    def used(self, id: str, at: datetime) -> None: ...
