"""The MemCube: one memory in one version, with provenance, times and state (MemOS, papers 2, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from memwell.core.access import Sensitivity
from memwell.core.interval import ALWAYS, Interval
from memwell.core.lifecycle import State
from memwell.core.payload import Payload, Text
from memwell.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Source:
    """Where a cube comes from."""

    by: str  # the mechanism that proposed it, such as "plaintext:zep"
    events: tuple[str, ...] = ()  # the raw events it rests on
    parents: tuple[str, ...] = ()  # the cubes it was derived from
    trust: float = 1.0  # in [0, 1]; the minimum over what it was derived from


@dataclass(frozen=True, slots=True)
class MemCube:
    """One version of one memory. Frozen: every change is a new version."""

    id: str
    version: int
    payload: Payload
    scope: Scope
    source: Source
    valid: Interval = ALWAYS  # when it is true in the world
    known: Interval = ALWAYS  # when the system held it for true: [created, expired)
    state: State = State.ACTIVATED
    strength: float = 1.0
    uses: int = 0
    last_used: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)  # role, speaker, ref, ...
    keys: tuple[str, ...] = ()  # further words it can be found by: keywords, entities, dates
    until: datetime | None = None  # when it is to expire by itself
    sensitivity: Sensitivity = Sensitivity.INTERNAL

    @property
    def text(self) -> str:
        """The words of a plaintext cube; empty for the other forms."""
        return self.payload.text if isinstance(self.payload, Text) else ""

    @property
    def speaker(self) -> str | None:
        return self.labels.get("speaker")

    @property
    def line(self) -> str:
        """The words with their speaker, as they are embedded and shown."""
        return f"{self.speaker}: {self.text}" if self.speaker else self.text

    @property
    def at(self) -> datetime | None:
        """When it happened or began to be true."""
        return self.valid.start
