"""What other memory systems keep, in one shape: memories, the ties between them, what is left."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.core.interval import ALWAYS, Interval
from memwell.core.message import Conversation
from memwell.kernel.given import whole
from memwell.kernel.intake import RESERVED
from memwell.kernel.limits import LONGEST

ORIGIN, MEMORY = "origin", "memory"
OURS = RESERVED | {ORIGIN}  # labels that an import sets itself
APART = "x_"  # before a name of theirs that is one of ours


@dataclass(frozen=True, slots=True)
class Before:
    """Words that a memory had until it was changed."""

    text: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Who:
    """That a memory is somebody or something with a name."""

    name: str
    kind: str = ""  # person, place, …
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Says:
    """That a memory is a fact about somebody, or what joins them to another; by their refs."""

    subject: str
    relation: str
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """That a memory sums up what is known of somebody, by their ref."""

    of: str


@dataclass(frozen=True, slots=True)
class Memo:
    """One memory of another system."""

    ref: str  # its id there; the same memory has the same on every import
    text: str
    about: Who | Says | Sums | None = None  # its place in a graph
    kind: str | None = None  # what it is, where it is neither that nor what was said or noted down
    role: str = MEMORY
    speaker: str | None = None
    user: str | None = None
    agent: str | None = None
    session: str | None = None
    valid: Interval = ALWAYS  # in the world
    since: datetime | None = None  # when that system learned of it, in these words
    expired: datetime | None = None  # when it learned of the end; without one, dropped it
    before: tuple[Before, ...] = ()  # oldest first
    labels: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    until: datetime | None = None
    sources: tuple[str, ...] = ()  # refs of what it was made of, or of wholes that these belong to
    whole: str | None = None  # ref of what it is a part of: the episode of a turn


@dataclass(frozen=True, slots=True)
class Tie:
    """A link between two memories, by their refs."""

    src: str
    dst: str
    relation: str
    why: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Left:
    """What a memory has no place for."""

    what: str  # "tools of an agent"
    count: int = 1


Found = Conversation | Memo | Tie | Left


def labels_of(fields: Mapping[str, Any] | None, *without: str) -> dict[str, str]:
    """Metadata as labels: text as it is, all else as JSON; empty values leave no label."""
    found: dict[str, str] = {}
    for name, value in (fields or {}).items():
        if name not in without and name and value not in (None, "", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            found[whole(f"{APART}{name}" if name in OURS else name)] = whole(text)
    return found


def name_of(value: Any) -> str | None:
    """Who or what somebody is called; None where nothing is said."""
    return None if value in (None, "") else whole(str(value))


def words_of(value: Any) -> str:
    """Text that says something. Raises InvalidInput."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("it holds no words")
    if len(value) > LONGEST:
        raise InvalidInput(f"it has {len(value):,} characters; at most {LONGEST:,} can be kept")
    return whole(value)


def ref_of(value: Any) -> str:
    """An id. Raises InvalidInput where there is none."""
    found = name_of(value)
    if found is None or not isinstance(value, str | int):
        raise InvalidInput("it has no id")
    return found


def interval(start: datetime | None, end: datetime | None) -> Interval:
    """From one moment to the other; an end that is not after its start makes it empty."""
    if start is not None and end is not None and end < start:
        return Interval(end, end)
    return Interval(start, end)


def texts(values: Any) -> tuple[str, ...]:
    """A list of ids or names, whatever they are written as."""
    if values is None:
        return ()
    if isinstance(values, str | int):
        return (str(values),)
    if not isinstance(values, Iterable):
        raise InvalidInput(f"expected a list of names, found {str(values)[:60]!r}")
    return tuple(whole(str(value)) for value in values)
