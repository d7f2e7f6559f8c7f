"""What `memwell stats` tells of a memory: counts, coverage and bytes on disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memwell.app.as_json import of_moment
from memwell.kernel.memory import Memory
from memwell.store.counts import Counts


@dataclass(frozen=True, slots=True)
class Census:
    """One memory folder, as one scope sees it."""

    folder: Path
    scope: dict[str, str]
    counts: Counts
    serving: str | None  # fingerprint of the embedder that searches use
    journal: int  # the last sequence number
    database_bytes: int
    blob_bytes: int
    index_bytes: int
    encrypted: bool = False

    @property
    def bytes(self) -> int:
        return self.database_bytes + self.blob_bytes + self.index_bytes


def take(memory: Memory) -> Census:
    """Reads everything that is told."""
    embedder = memory.view().embedder
    return Census(
        folder=memory.path,
        scope=memory.scope.named(),
        counts=memory.store.counts(memory.scope),
        serving=embedder.fingerprint if embedder else None,
        journal=memory.store.sequence(),
        database_bytes=_size(memory.path.glob("memory.db*")),
        blob_bytes=_size((memory.path / "blobs").rglob("*")),
        index_bytes=_size((memory.path / "index").rglob("*")),
        encrypted=bool(memory.seal),
    )


def as_json(census: Census) -> dict[str, Any]:
    counts = census.counts
    return {
        "memory": str(census.folder),
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


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())
