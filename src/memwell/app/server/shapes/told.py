"""Answers about memories, as `app/as_json.py` writes them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Of any request. Fields may be added, and are never renamed."""

    model_config = ConfigDict(extra="allow")


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Stable: `urn:memwell:not-found`.")
    title: str
    status: int
    detail: str = Field(description="In words, and what to do next.")


class Interval(Answer):
    """From and to; null where it is open."""

    start: str | None = Field(None, alias="from")
    to: str | None = None


class Source(Answer):
    """Where a memory came from."""

    by: str
    events: list[str]
    parents: list[str]
    trust: float = Field(description="The minimum over all it was derived from.")


class Memory(Answer):
    """A memory as it stands in one version."""

    id: str
    version: int
    form: str
    text: str
    speaker: str | None
    role: str | None
    ref: str | None
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


class Reason(Answer):
    """A part of a score."""

    name: str
    value: float
    text: str


class Hit(Answer):
    """A memory that was found, with the reasons."""

    rank: int
    score: float
    reasons: list[Reason]
    memory: Memory


class Hits(Answer):
    """What was found, the best first."""

    hits: list[Hit]


class Change(Answer):
    """An operation that took effect, or was considered and dropped."""

    op: str
    id: str | None
    version: int | None
    why: str
    text: str


class Receipt(Answer):
    """What was stored, changed or dropped, and why."""

    id: str
    status: str = Field(description="stored, refined, failed or preview.")
    events: list[str]
    applied: list[Change]
    dropped: list[Change]
    tokens: int
    seconds: float
    error: str | None
    noticed: list[dict[str, Any]]
