"""What a strategy may propose. An op is a value; only the kernel applies it.

ADD, UPDATE, DELETE, NOOP are Memory-R1's language (paper 49); LINK joins cubes into a graph.
Every op says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from memwell.core.access import Sensitivity
from memwell.core.interval import ALWAYS, Interval
from memwell.core.lifecycle import State
from memwell.core.payload import Payload


@dataclass(frozen=True, slots=True)
class Draft:
    """A memory that a strategy would like to keep; not yet a cube."""

    payload: Payload
    valid: Interval = ALWAYS
    session: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    events: tuple[str, ...] = ()  # the raw events it rests on
    parents: tuple[str, ...] = ()  # the cubes it was derived from
    until: datetime | None = None  # when it is to expire; no later than what it was derived from
    sensitivity: Sensitivity = Sensitivity.PUBLIC  # at least that of what it was derived from


@dataclass(frozen=True, slots=True)
class Add:
    """Keep a new memory. The id is derived from the cause when none is given."""

    draft: Draft
    why: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Write a new version; None leaves a part as it is."""

    id: str
    why: str
    payload: Payload | None = None
    valid: Interval | None = None
    labels: Mapping[str, str] | None = None
    keys: tuple[str, ...] | None = None
    state: State | None = None
    sensitivity: Sensitivity | None = None
    events: tuple[str, ...] = ()  # further evidence, added to what is there
    parents: tuple[str, ...] = ()  # further cubes that it is made of now
    version: int | None = None  # the version it was read at; another one is a Conflict


@dataclass(frozen=True, slots=True)
class Delete:
    """Let a memory expire: reversible, and seen by history."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Link:
    """Join two cubes. Proposed as an op, kept as an edge of the graph."""

    src: str
    dst: str
    relation: str
    why: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Noop:
    """Considered and left alone, or dropped: the reason is kept."""

    why: str
    id: str | None = None


Op = Add | Update | Delete | Link | Noop
