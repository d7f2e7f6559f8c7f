"""The overview: what there is, in which form, where it lies, and whether all is well."""

from dataclasses import dataclass

from starlette.responses import Response

from memwell.app import census
from memwell.app.dashboard.visit import Visit
from memwell.core.filter import Compare
from memwell.core.view import SAID

KINDS = (
    "fact", "entity", "summary", "community", "note", "thought", "session", "topic", "shade",
    "biography",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in figures and as a bar."""

    name: str
    count: int
    percent: int
    told: str = ""


def page(visit: Visit) -> Response:
    taken = census.take(visit.memory)
    return visit.page(
        "overview.html", census=taken, counts=taken.counts,
        kinds=_kinds(visit, taken.counts.memories), forms=_forms(taken),
        places=_places(taken) if visit.operates else [],
    )  # fmt: skip


def _kinds(visit: Visit, whole: int) -> list[Share]:
    """Memories by what they are, the largest first; what came in word for word leads."""
    store, scope = visit.memory.store, visit.memory.scope
    said = store.count(scope, SAID)
    counts = {kind: store.count(scope, Compare("is", "eq", kind)) for kind in KINDS}
    known = {kind: count for kind, count in counts.items() if count}
    other = whole - said - sum(known.values())
    found = {"said, word for word": said, **known} | ({"other": other} if other > 0 else {})
    return [Share(kind, count, _percent(count, whole)) for kind, count in found.items()]


def _forms(taken: census.Census) -> list[Share]:
    """Bytes by form. Tensors of both other forms lie in the blob store."""
    counts = taken.counts
    text = counts.words_bytes + counts.vector_bytes + counts.token_bytes
    whole = text + taken.blob_bytes
    return [
        Share("plaintext", text, _percent(text, whole), "words, vectors and token states"),
        Share(
            "KV caches and weights", taken.blob_bytes, _percent(taken.blob_bytes, whole),
            "tensors in the blob store",
        ),
    ]  # fmt: skip


def _places(taken: census.Census) -> list[Share]:
    """Bytes on disk by where they lie."""
    parts = {
        ("database", "events, versions, words, vectors"): taken.database_bytes,
        ("blobs", "tensors, by their content"): taken.blob_bytes,
        ("index", "a cache; it can be rebuilt"): taken.index_bytes,
    }
    return [
        Share(name, size, _percent(size, taken.bytes), told) for (name, told), size in parts.items()
    ]


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
