"""What `memwell stats` tells of a memory: what it holds, how it is governed, what it weighs."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from memwell.app.as_json import of_moment, of_quota
from memwell.core.governance import Copy, Quota
from memwell.core.job import Standing
from memwell.kernel.memory import Memory
from memwell.store.address import shown
from memwell.store.counts import Counts
from memwell.store.place import size_of


@dataclass(frozen=True, slots=True)
class Census:
    """One memory, as one scope sees it."""

    where: str
    scope: dict[str, str]
    counts: Counts
    serving: str | None  # fingerprint of the embedder that searches use
    journal: int  # the last sequence number
    database_bytes: int
    blob_bytes: int
    index_bytes: int
    encrypted: bool
    branch: str
    branches: tuple[str, ...]
    queue: dict[Standing, int]
    grants: int
    quotas: tuple[tuple[Quota, int, int], ...]
    audit: int  # lines
    broken: tuple[int, ...]  # lines of the audit log that were tampered with
    backup: Copy | None  # the last one

    @property
    def bytes(self) -> int:
        return self.database_bytes + self.blob_bytes + self.index_bytes


def take(memory: Memory) -> Census:
    """Reads everything that is told."""
    embedder, governance = memory.view().embedder, memory.governance
    queue = Counter(job.standing for job in memory.queue())
    backups = [copy for copy in governance.copies() if copy.kind == "backup"]
    audit = governance.audit()
    (database, blobs), index = memory.place.sizes(memory.store), memory.place.index(memory.store)
    return Census(
        where=shown(memory.path),
        scope=memory.scope.named(),
        counts=memory.store.counts(memory.scope),
        serving=embedder.fingerprint if embedder else None,
        journal=memory.store.sequence(),
        database_bytes=database,
        blob_bytes=blobs,
        index_bytes=size_of(index.rglob("*")) if index else 0,
        encrypted=bool(memory.seal),
        branch=memory.branch_name,
        branches=tuple(branch.name for branch in memory.branches()),
        queue={standing: queue[standing] for standing in Standing},
        grants=len(governance.grants()),
        quotas=tuple(governance.quotas()),
        audit=len(audit),
        broken=tuple(governance.broken_seals()),
        backup=max(backups, key=lambda copy: copy.at, default=None),
    )


def as_json(census: Census) -> dict[str, Any]:
    counts = census.counts
    return {
        "memory": census.where,
        "scope": census.scope,
        "memories": counts.memories,
        "versions": counts.versions,
        "events": counts.events,
        "sessions": counts.sessions,
        "users": counts.users,
        "from": of_moment(counts.first),
        "to": of_moment(counts.last),
        "embedder": census.serving,
        "embedded": [
            {
                "fingerprint": each.fingerprint,
                "vectors": each.vectors,
                "token_states": each.token_states,
            }
            for each in counts.embedded
        ],
        "journal": census.journal,
        "encrypted": census.encrypted,
        "branch": census.branch,
        "branches": list(census.branches),
        "queue": {standing.value: count for standing, count in census.queue.items()},
        "sensitivity": counts.sensitivity,
        "expiring": {"memories": counts.expiring, "next": of_moment(counts.expires)},
        "grants": census.grants,
        "quotas": [of_quota(*each) for each in census.quotas],
        "audit": {"lines": census.audit, "broken": list(census.broken)},
        "backup": _backup(census.backup),
        "bytes": {
            "all": census.bytes,
            "database": census.database_bytes,
            "blobs": census.blob_bytes,
            "index": census.index_bytes,
            "words": counts.words_bytes,
            "vectors": counts.vector_bytes,
            "token_states": counts.token_bytes,
        },
    }


def _backup(copy: Copy | None) -> dict[str, Any] | None:
    return {"path": copy.path, "at": of_moment(copy.at)} if copy else None
