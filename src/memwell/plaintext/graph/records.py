"""Entities and facts as the graph handles them, and as cubes keep them.

An entity's words are its name: what is known of it stands in a summary beside it, so that
forgetting what was said about somebody does not take the somebody along. A fact rests on the one
turn that first stated it; the turns that stated it again are among its statements.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from memwell.core.cube import MemCube
from memwell.core.identity import derive
from memwell.core.interval import Interval
from memwell.core.op import Draft
from memwell.core.payload import Text
from memwell.index.minhash import bands, letters
from memwell.plaintext.graph.truth import Run, Statement

ENTITY, FACT, SUMMARY, COMMUNITY = "entity", "fact", "summary", "community"
MENTIONS, STATES, SOURCE, TARGET = "MENTIONS", "STATES", "SOURCE", "TARGET"
HAS_MEMBER, CONTRADICTS = "HAS_MEMBER", "CONTRADICTS"
ALIASES = 8  # further names of one entity


def plain(text: str) -> str:
    """As names and sentences are compared: lower case, single spaces, no full stop."""
    return " ".join(text.lower().split()).strip(" .!,;:\"'")


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something with a name."""

    id: str
    name: str
    kind: str = ""  # person, place, …
    aliases: tuple[str, ...] = ()  # further names, plain
    community: str = ""  # id of the one it belongs to

    @property
    def labels(self) -> dict[str, str]:
        """`entity` and `alias0`… are looked up by name, `letters` and `band0`… by resemblance."""
        found = {"is": ENTITY, "name": self.name, "entity": plain(self.name)}
        found["letters"] = letters(self.name)
        found |= {f"band{place}": band for place, band in enumerate(bands(self.name))}
        found |= {f"alias{place}": name for place, name in enumerate(self.aliases)}
        optional = {"kind": self.kind, "community": self.community}
        found |= {name: value for name, value in optional.items() if value}
        return found

    def called(self, name: str) -> "Entity":
        """The same, known by this name too."""
        if plain(name) in (plain(self.name), *self.aliases) or len(self.aliases) >= ALIASES:
            return self
        return replace(self, aliases=(*self.aliases, plain(name)))

    def draft(self, turn: str) -> Draft:
        return Draft(Text(self.name), labels=self.labels, parents=(turn,))


def entity_of(cube: MemCube) -> Entity:
    """The entity that a cube keeps."""
    labels = cube.labels
    aliases = tuple(labels[name] for place in range(ALIASES) if (name := f"alias{place}") in labels)
    return Entity(
        cube.id,
        labels.get("name", cube.text),
        labels.get("kind", ""),
        aliases,
        labels.get("community", ""),
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence about one entity, or what joins it to another, and when it holds.

    `content` is shared by the facts that say the same of different times. Facts that share a
    `slot` are about the same thing: of two values of it one holds at a time.
    """

    id: str
    text: str
    source: str  # id of the entity it is about
    target: str  # id of the other one; empty for none
    subject: str  # their names
    object: str
    relation: str  # in SCREAMING_SNAKE
    content: str
    statements: tuple[Statement, ...]  # in order of when they begin
    valid: Interval
    parent: str  # the turn that stated it first of all that were heard
    slot: str = ""
    value: str = ""
    negated: bool = False
    judged: bool = False  # a model told what contradicts it
    live: bool = False  # reaches as far as the latest statement about its slot begins
    session: str | None = None
    again: tuple[str, ...] = ()  # events that state it once more, to be added

    @property
    def labels(self) -> dict[str, str]:
        """`content`, `slot` and `live` are looked up; `pair` finds facts of the same two."""
        found = {
            "is": FACT, "source": self.source, "subject": self.subject,
            "relation": self.relation, "content": self.content, "pair": pair(self),
            "statements": dumped(self.statements),
        }  # fmt: skip
        optional = {
            "target": self.target, "object": self.object, "slot": self.slot, "value": self.value,
            "negated": "true" if self.negated else "", "judged": "true" if self.judged else "",
            "live": self.slot if self.live else "",
        }  # fmt: skip
        return found | {name: value for name, value in optional.items() if value}

    def draft(self) -> Draft:
        return Draft(Text(self.text), self.valid, self.session, self.labels, parents=(self.parent,))

    def as_run(self, run: Run) -> "Fact":
        """The same, with these statements and times."""
        return replace(self, statements=run.statements, valid=run.valid)


def fact_of(cube: MemCube) -> Fact:
    """The fact that a cube keeps."""
    labels = cube.labels
    return Fact(
        id=cube.id,
        text=cube.text,
        source=labels.get("source", ""),
        target=labels.get("target", ""),
        subject=labels.get("subject", ""),
        object=labels.get("object", ""),
        relation=labels.get("relation", ""),
        content=labels.get("content", ""),
        statements=loaded(labels.get("statements", "[]")),
        valid=cube.valid,
        parent=cube.source.parents[0] if cube.source.parents else "",
        slot=labels.get("slot", ""),
        value=labels.get("value", ""),
        negated="negated" in labels,
        judged="judged" in labels,
        live="live" in labels,
        session=cube.scope.session,
    )


def pair(fact: Fact) -> str:
    """What facts between the same two have in common, whichever of them they are about."""
    return "|".join(sorted((fact.source, fact.target)))


def contrary(first: Fact, second: Fact) -> bool:
    """Whether two facts about the same thing cannot both hold, judged by their values."""
    if not first.slot or first.slot != second.slot:
        return False
    same = first.value == second.value
    return same if first.negated != second.negated else not (same or first.negated)


def fact_id(content: str, first: Statement) -> str:
    """Of the fact that begins with this statement."""
    return derive("fact", content, first.turn, first.start.isoformat())


def dumped(statements: Iterable[Statement]) -> str:
    """Statements as a label keeps them: seconds since 1970, and the turn."""
    rows = [
        [s.start.timestamp(), s.end.timestamp() if s.end else None, s.said.timestamp(), s.turn]
        for s in statements
    ]
    return json.dumps(rows, separators=(",", ":"))


def loaded(text: str) -> tuple[Statement, ...]:
    """Statements that a label keeps."""
    return tuple(
        Statement(_moment(start), _moment(said), turn, _moment(end) if end is not None else None)
        for start, end, said, turn in json.loads(text)
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
