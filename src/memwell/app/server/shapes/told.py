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


class Receipts(Answer):
    """One for each conversation, in order."""

    receipts: list[Receipt]


class Memories(Answer):
    """Some memories, and where the next ones begin."""

    memories: list[Memory]
    next: int | None = Field(None, description="The `skip` of the next page; null after the last.")


class Context(Answer):
    """Text to put before a language model."""

    text: str
    route: str = Field(description="everything, retrieved, or both.")
    tokens: int
    left_out: int
    memories: list[str]


class Answered(Answer):
    """An answer with its evidence, or that memory does not hold one."""

    answer: str | None
    known: bool
    confidence: float
    sources: list[Memory]
    hits: list[Hit]
    tokens: int


class Explanation(Answer):
    """Why a memory is, or is not, among the results."""

    rank: int | None
    score: float | None
    verdict: str
    reasons: list[Reason]
    memory: Memory
    ahead: dict[str, Any] | None


class Versions(Answer):
    """All versions of a memory, the first one first."""

    versions: list[Memory]


class Event(Answer):
    """What came in, word for word."""

    id: str
    at: str | None
    recorded: str | None
    user: str | None
    agent: str | None
    session: str | None
    messages: list[dict[str, Any]]


class Events(Answer):
    """What a memory rests on."""

    events: list[Event]


class Forgotten(Answer):
    """What was erased, and whether a second look found anything left."""

    forgotten: list[str]
    asked: int
    events: list[str]
    went: dict[str, int]
    copies: list[dict[str, Any]]
    verified: bool
    how: str
    waiting: bool
    dry_run: bool


class Changes(Answer):
    """What differs between two points, or two branches."""

    changes: list[dict[str, Any]]


class Branch(Answer):
    """A line of the memory."""

    name: str
    parent: str | None
    forked: int
    at: str | None


class Branches(Answer):
    """All of them, the main one first."""

    branches: list[Branch]


class Grant(Answer):
    """Who may do what with which memories, until when."""

    id: str
    to: dict[str, str]
    on: dict[str, str]
    memory: str | None
    rights: list[str]
    until: str | None


class Grants(Answer):
    """What a scope granted, and what it was granted."""

    grants: list[Grant]


class Quotas(Answer):
    """Every quota in scope, with what is used of it."""

    quotas: list[dict[str, Any]]


class Audit(Answer):
    """Who did what when, without words or names."""

    lines: list[dict[str, Any]]
    broken: list[int] | None = Field(None, description="Lines that were tampered with.")


class Copies(Answer):
    """Exports and backups that were made."""

    copies: list[dict[str, Any]]


class Key(Answer):
    """An API key; never its secret."""

    id: str
    name: str
    tenant: str
    user: str | None
    agent: str | None
    rights: list[str]
    clearance: str
    created: str | None
    expires: str | None
    used: str | None
    revoked: str | None


class NewKey(Key):
    """A key that was just made."""

    key: str = Field(description="Shown this once.")


class Keys(Answer):
    """The keys within a scope."""

    keys: list[Key]


class Queue(Answer):
    """What is still to be refined, is being refined, or was given up."""

    jobs: list[dict[str, Any]]


class Stats(Answer):
    """What a scope holds."""

    memories: int
    versions: int
    events: int
    sessions: int
    users: int


class Job(Answer):
    """Long work."""

    id: str
    kind: str
    tenant: str
    user: str | None
    agent: str | None
    status: str = Field(description="waiting, running, done, failed or interrupted.")
    created: str
    ended: str | None
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: str | None


class Jobs(Answer):
    """Those within a scope, the oldest first."""

    jobs: list[Job]


class Hook(Answer):
    """Who is told what."""

    id: str
    url: str
    kinds: list[str]
    created: str
    failed: int = Field(description="Deliveries that were given up.")


class NewHook(Hook):
    """A webhook that was just made."""

    secret: str = Field(description="What deliveries are signed with; shown this once.")


class Hooks(Answer):
    """The webhooks of a tenant."""

    webhooks: list[Hook]
