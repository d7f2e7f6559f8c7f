"""Topics of what was said, and what each shows of the user: grown, and merged where alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.core.op import Add, Draft, Noop, Op, Update
from memwell.core.payload import Text
from memwell.core.view import View
from memwell.models.prompts.secondme import MERGE_SHADES, SHADE, Merged, Shade
from memwell.plaintext.growing.fold import Growing, grown, piece, portions
from memwell.plaintext.growing.topics import Group, embedded, grouped, read, vectors_of


@dataclass
class Shades:
    """As they stand and as they change; it proposes ops and writes nothing.

    A topic's text is its name and description, which new words are compared with; its parents are
    its turns. A shade has the topic as its parent, and the label `topic` with the topic's id.
    """

    by: str  # the strategy, by name
    view: View
    room: int  # characters of what is told, in one prompt
    topics: dict[str, MemCube] = field(default_factory=dict)  # by id
    shades: dict[str, MemCube] = field(default_factory=dict)  # by the id of their topic
    changed: dict[str, Shade] = field(default_factory=dict)  # by the id of their topic
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  # new turns of each topic
    merged: set[str] = field(default_factory=set)  # ids of topics that went into others

    def __post_init__(self) -> None:
        self.topics = read(self.view, "topic")
        shades = read(self.view, "shade").values()
        self.shades = {shade.labels["topic"]: shade for shade in shades if "topic" in shade.labels}

    def grow(self, turns: Sequence[MemCube], *, chunk: int, near: float, most: int) -> Iterator[Op]:
        """Turns that belong to no topic yet join one, or make one; its shade is told anew."""
        known = {turn for topic in self.topics.values() for turn in topic.source.parents}
        new = [turn for turn in turns if turn.id not in known]
        found = grouped(
            new, list(self.topics.values()), self.view, chunk=chunk, near=near, most=most
        )
        groups = [group for group in found if group.topic or not self.view.get(self._id(group))]
        for group, answer in zip(groups, self._told(groups), strict=True):
            if isinstance(answer, InvalidOutput):
                yield Noop(f"{len(group.turns)} turns find a topic another time: {answer}")
                continue
            id = group.topic.id if group.topic else self._id(group)
            self.members[id] = tuple(turn.id for turn in group.turns)
            yield from self._written(id, answer, f"{len(group.turns)} turns more")

    def merge(self, *, near: float, most: int) -> Iterator[Op]:
        """Topics that are near one that changed become one with it, if the model says so."""
        pairs = self._pairs(near, most)
        fields = [{"first": self._text(one), "second": self._text(two)} for one, two in pairs]
        answers = self.view.ask_each(MERGE_SHADES, fields)
        for (one, two), answer in zip(pairs, answers, strict=True):
            if isinstance(answer, InvalidOutput):
                yield Noop(f"two topics stay apart: {answer}", one)
            elif answer.same and (whole := _whole(answer)):
                yield from self._join(one, two, whole)

    def text(self, topic: str) -> str:
        """A shade as it will be."""
        return self.changed[topic].trait if topic in self.changed else self.shades[topic].text

    def shade_id(self, topic: str) -> str:
        shade = self.shades.get(topic)
        return shade.id if shade else derive(self.by, "shade", topic)

    def _told(self, groups: Sequence[Group]) -> list[Shade | InvalidOutput]:
        each = []
        for group in groups:
            shown = (piece(turn, dated=True) for turn in group.turns)
            rounds = [{"parts": part} for part in portions(shown, self.room)]
            before = self._text(group.topic.id) if group.topic else ""
            each.append(Growing(before, rounds))
        return grown(self.view, SHADE, each)

    def _pairs(self, near: float, most: int) -> list[tuple[str, str]]:
        """The older first; each topic in one pair at most, those that are nearest first."""
        ids = [*self.topics, *(id for id in self.changed if id not in self.topics)]
        if len(ids) < 2 or not self.changed:
            return []
        vectors = self._vectors(ids)
        alike = set()
        for place in (place for place, id in enumerate(ids) if id in self.changed):
            cosines = vectors @ vectors[place]
            for other in np.flatnonzero(cosines >= near).tolist():
                if other != place:
                    alike.add((float(cosines[other]), min(place, other), max(place, other)))
        taken: set[str] = set()
        pairs = []
        for _, first, second in sorted(alike, key=lambda each: (-each[0], each[1:])):
            one, two = ids[first], ids[second]
            fits = len(self._turns(one)) + len(self._turns(two)) <= most
            if fits and not {one, two} & taken and self._open(one) and self._open(two):
                taken |= {one, two}
                pairs.append((one, two))
        return pairs

    def _vectors(self, ids: Sequence[str]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        old = [self.topics[id] for id in ids if id not in self.changed]
        new = [id for id in ids if id in self.changed]
        found = dict(zip((topic.id for topic in old), vectors_of(old, self.view), strict=True))
        texts = [_topic(self.changed[id]) for id in new]
        found |= dict(zip(new, embedded(texts, self.view), strict=True))
        return np.array([found[id] for id in ids], np.float32)

    def _join(self, one: str, two: str, whole: Shade) -> Iterator[Op]:
        self.members[one] = (*self.members.get(one, ()), *self._turns(two))
        self.changed.pop(two, None)
        self.merged.add(two)
        why = f"it is one topic with {one}"
        yield from self._written(one, whole, f"it is one topic with {two}")
        yield Update(two, why, state=State.MERGED)
        yield Update(self.shade_id(two), why, state=State.MERGED)

    def _written(self, id: str, shade: Shade, why: str) -> Iterator[Op]:
        """A topic and its shade, new or changed."""
        there = id in self.topics or id in self.changed
        self.changed[id] = shade
        turns = self.members.get(id, ())
        topic, trait = Text(_topic(shade)), Text(shade.trait.strip())
        if there:
            yield Update(id, why, payload=topic, parents=turns)
        else:
            yield Add(Draft(topic, labels={"is": "topic"}, parents=turns), why, id)
        if there and (id in self.shades or id not in self.topics):
            yield Update(self.shade_id(id), why, payload=trait)
        else:
            labels = {"is": "shade", "topic": id}
            yield Add(Draft(trait, labels=labels, parents=(id,)), why, self.shade_id(id))

    def _text(self, topic: str) -> str:
        """Topic and shade, as prompts show them."""
        if topic in self.changed:
            return str(self.changed[topic])
        shade = self.shades.get(topic)
        return f"{self.topics[topic].text}\n\n{shade.text if shade else ''}"

    def _turns(self, topic: str) -> tuple[str, ...]:
        old = self.topics[topic].source.parents if topic in self.topics else ()
        return (*old, *self.members.get(topic, ()))

    def _open(self, topic: str) -> bool:
        """Whether neither the topic nor its shade was frozen."""
        cubes = (self.topics.get(topic), self.shades.get(topic))
        return all(cube is None or cube.state is State.ACTIVATED for cube in cubes)

    def _id(self, group: Group) -> str:
        """Named by its first turn: when that is forgotten, so is the topic, and its id."""
        return derive(self.by, "topic", group.turns[0].id)


def _topic(shade: Shade) -> str:
    return f"{shade.name}\n{shade.description}".strip()


def _whole(answer: Merged) -> Shade | None:
    """What both are together; None where the answer does not say."""
    if not (answer.name.strip() and answer.trait.strip()):
        return None
    return Shade(name=answer.name, description=answer.description, trait=answer.trait)
