"""What is being written: the graph as it will be when the ops of one proposal are applied."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from memwell.core.cube import MemCube
from memwell.core.filter import Compare, Either, Filter
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.op import Add, Draft, Link, Noop, Op, Update
from memwell.core.view import View
from memwell.index.minhash import bands, letters
from memwell.plaintext.graph.records import (
    ALIASES,
    CONTRADICTS,
    ENTITY,
    FACT,
    Entity,
    Fact,
    entity_of,
    fact_of,
    plain,
)

ALIKE = 50  # names that share a band with one


@dataclass
class Sheet:
    """Reads the view through what was written on top of it; becomes one op for each cube."""

    view: View
    entities: dict[str, Entity] = field(default_factory=dict)  # read or written, by id
    facts: dict[str, Fact] = field(default_factory=dict)
    turns: dict[str, str] = field(default_factory=dict)  # of new entities, by id
    links: list[Link] = field(default_factory=list)
    noops: list[Noop] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)  # of what was written, by id
    _kept: dict[str, MemCube] = field(default_factory=dict)  # as it stands in the store

    def entity(self, id: str) -> Entity | None:
        if id not in self.entities and (cube := self.view.get(id)) and _alive(cube, ENTITY):
            self._kept[id], self.entities[id] = cube, entity_of(cube)
        return self.entities.get(id)

    def called(self, name: str) -> list[Entity]:
        """Entities of this very name."""
        wanted = plain(name)
        labels = ("entity", *(f"alias{place}" for place in range(ALIASES)))
        self.read(Either(tuple(Compare(label, "eq", wanted) for label in labels)))
        return [e for e in self.entities.values() if wanted in (plain(e.name), *e.aliases)]

    def resembling(self, name: str) -> list[Entity]:
        """Entities whose names have the same letters, or share a band; and all that are new.

        Where very many share one ("Room 1", "Room 2", …) the first are taken: among so many alike
        letters do not tell who is meant.
        """
        wanted = {f"band{place}": band for place, band in enumerate(bands(name))}
        if not wanted:
            return []
        self.read(Compare("letters", "eq", letters(name)))
        bounds = tuple(Compare(label, "eq", band) for label, band in wanted.items())
        self.read(Either(bounds), ALIKE)
        return list(self.entities.values())

    def stating(self, content: str) -> list[Fact]:
        """Facts of the same content, each of its own time."""
        return self._facts("content", content)

    def about(self, slot: str) -> list[Fact]:
        """All facts of a slot."""
        return self._facts("slot", slot)

    def live(self, slot: str) -> list[Fact]:
        """Those that reach beyond the latest statement about the slot, or are that statement."""
        return [fact for fact in self._facts("live", slot) if fact.live]

    def between(self, pair: str) -> list[Fact]:
        """Facts of the same two entities."""
        return self._facts("pair", pair)

    def fact(self, id: str) -> Fact | None:
        if id not in self.facts and (cube := self.view.get(id)) and _alive(cube, FACT):
            self._kept[id], self.facts[id] = cube, fact_of(cube)
        return self.facts.get(id)

    def denied(self, facts: list[Fact]) -> list[Fact]:
        """Facts of what was judged to contradict one of these."""
        ids = [fact.id for fact in facts if fact.judged]
        joined = [*self.view.neighbours(*ids), *self.links] if ids else []
        ends = {
            end
            for link in joined
            if link.relation == CONTRADICTS and (link.src in ids or link.dst in ids)
            for end in (link.src, link.dst)
        }
        others = [self.fact(id) for id in sorted(ends - set(ids))]
        contents = {other.content for other in others if other}
        return [fact for content in sorted(contents) for fact in self.stating(content)]

    def keep(self, record: Entity | Fact, why: str) -> None:
        """Write it; the first reason given for a record is the one that is told."""
        if isinstance(record, Entity):
            self.entities[record.id] = record
        else:
            self.facts[record.id] = record
        self.whys.setdefault(record.id, why)

    def join(self, src: str, dst: str, relation: str, why: str, weight: float = 1.0) -> None:
        """Write an edge, once."""
        link = Link(src, dst, relation, why, weight)
        if link not in self.links:
            self.links.append(link)

    def is_new(self, id: str) -> bool:
        """Whether it was not kept before."""
        return id not in self._kept

    def event_of(self, turn: str) -> str:
        """The event that a turn is of; empty where the turn is gone."""
        cube = self.view.get(turn)
        return cube.source.events[0] if cube and cube.source.events else ""

    def left(self, why: str) -> None:
        """Note what was left out."""
        self.noops.append(Noop(why))

    def ops(self) -> Iterator[Op]:
        """Entities first, then facts, then what joins them."""
        yield from self.noops
        for entity in self.entities.values():
            yield from self._entity_op(entity)
        for fact in self.facts.values():
            yield from self._fact_op(fact)
        yield from self.links

    def _entity_op(self, entity: Entity) -> Iterator[Op]:
        why = self.whys.get(entity.id, "")
        kept = self._kept.get(entity.id)
        if kept is None:
            yield self._added(entity.id, entity.draft(self.turns[entity.id]), why)
        elif entity_of(kept) != entity:
            yield Update(entity.id, why, labels=entity.labels, version=kept.version)

    def _fact_op(self, fact: Fact) -> Iterator[Op]:
        why = self.whys.get(fact.id, "")
        kept = self._kept.get(fact.id)
        if kept is None:
            yield self._added(fact.id, fact.draft(), why)
            if fact.again:
                yield Update(fact.id, "stated again", events=fact.again)
        elif replace(fact, again=()) != fact_of(kept) or fact.again:
            valid = None if fact.valid == kept.valid else fact.valid
            yield Update(
                fact.id, why, valid=valid, labels=fact.labels, events=fact.again,
                version=kept.version,
            )  # fmt: skip

    def _added(self, id: str, draft: Draft, why: str) -> Op:
        """New, or there again after it had expired: ids come of what is said."""
        if self.view.get(id) is None:
            return Add(draft, why, id)
        return Update(id, why, valid=draft.valid, labels=draft.labels, state=State.ACTIVATED)

    def _facts(self, label: str, value: str) -> list[Fact]:
        """Kept ones are read, then looked at as they are now, with what is new."""
        self.read(Compare(label, "eq", value))
        return [fact for fact in self.facts.values() if fact.labels.get(label) == value]

    def read(self, where: Filter | Mapping[str, str], most: int | None = None) -> None:
        """Take in what is kept with such labels; what was written meanwhile stays as written."""
        for cube in islice(self.view.only(where).scan(), most):
            if cube.id not in self._kept:
                self._kept[cube.id] = cube
                if cube.labels.get("is") == ENTITY:
                    self.entities[cube.id] = entity_of(cube)
                elif cube.labels.get("is") == FACT:
                    self.facts[cube.id] = fact_of(cube)


def _alive(cube: MemCube, kind: str) -> bool:
    return cube.state in SEARCHABLE and cube.labels.get("is") == kind
