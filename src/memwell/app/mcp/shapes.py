"""What tools return, as types: the shapes of `app/as_json.py`, told to clients as JSON schemas.

Fields may be added to what is returned; those named here are never renamed.
"""

from typing import Any

from typing_extensions import TypedDict

Interval = TypedDict("Interval", {"from": str | None, "to": str | None})  # ISO 8601; null is open


class Source(TypedDict):
    """Where a memory comes from, and how far it is to be trusted: 0 to 1."""

    by: str
    events: list[str]
    parents: list[str]
    trust: float


class MemoryShape(TypedDict):
    """One version of a memory."""

    id: str
    version: int
    form: str
    text: str
    speaker: str | None
    role: str | None
    at: str | None
    user: str | None
    agent: str | None
    session: str | None
    state: str
    labels: dict[str, str]
    sensitivity: str
    until: str | None
    valid: Interval
    known: Interval
    uses: int
    source: Source


class ReasonShape(TypedDict):
    """One cause of a score."""

    name: str
    value: float
    text: str


class HitShape(TypedDict):
    """A memory that was found."""

    rank: int
    score: float
    reasons: list[ReasonShape]
    memory: MemoryShape


class Applied(TypedDict):
    """One change, or one that was considered and dropped, and why."""

    op: str
    id: str | None
    version: int | None
    why: str
    text: str


class ReceiptShape(TypedDict):
    """What was done. `undo` takes its id."""

    id: str
    status: str
    events: list[str]
    applied: list[Applied]
    dropped: list[Applied]
    tokens: int
    seconds: float
    error: str | None
    noticed: list[dict[str, Any]]


class Found(TypedDict):
    """The result of a search."""

    notice: str
    query: str
    hits: list[HitShape]


class One(TypedDict):
    """One memory."""

    notice: str
    memory: MemoryShape


class Versions(TypedDict):
    """All versions of a memory, the first one first."""

    notice: str
    versions: list[MemoryShape]


class Deleted(TypedDict):
    """What was let expire (its receipt can be undone), or erased for good."""

    id: str
    forever: bool
    receipt: ReceiptShape | None
    forgotten: dict[str, Any] | None
