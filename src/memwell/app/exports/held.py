"""What is written: the memories in scope as they stand, with the links between them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from memwell.app.as_json import of_moment
from memwell.app.imports.records import APART, ORIGIN
from memwell.core.cube import MemCube
from memwell.core.op import Link
from memwell.core.payload import Text
from memwell.kernel.intake import RESERVED
from memwell.kernel.memory import Memory
from memwell.plaintext.graph.records import MENTIONS, SOURCE, STATES, TARGET

GRAPH = frozenset({MENTIONS, STATES, SOURCE, TARGET})  # follow from the facts themselves
OWN = RESERVED | {ORIGIN, "changed", "said_by"}
Json = dict[str, object]


@dataclass
class Held:
    """Everything that is searchable and made of words."""

    cubes: dict[str, MemCube]
    links: list[Link]  # both ends of which are among them
    memory: Memory
    left: Counter[str] = field(default_factory=Counter)  # what the format has no place for
    refs: dict[str, str] = field(default_factory=dict)  # ids as the format's own system has them

    @classmethod
    def of(cls, memory: Memory, origin: str) -> Self:
        """All that the memory holds now. Raises Forbidden."""
        view = memory.view()
        cubes = {cube.id: cube for cube in view.scan() if isinstance(cube.payload, Text)}
        links = {
            (link.src, link.dst, link.relation): link
            for id in cubes
            for link in view.neighbours(id)
            if link.src in cubes and link.dst in cubes
        }
        found = cls(cubes, list(links.values()), memory)
        found.refs = _refs(cubes, origin)
        return found

    def of_kind(self, *kinds: str | None) -> Iterator[MemCube]:
        """Those that are said to be this; None for what came in word for word."""
        return (cube for cube in self.cubes.values() if cube.labels.get("is") in kinds)

    def created(self, cube: MemCube) -> datetime | None:
        """When its first version was made."""
        return self.memory.store.history(cube.id)[0].known.start

    def ended(self, cube: MemCube) -> datetime | None:
        """When the memory learned that it holds no longer."""
        versions = self.memory.store.history(cube.id)
        if cube.valid.end is None or versions[0].valid.end is not None:
            return None
        return next(each.known.start for each in versions if each.valid.end is not None)

    def sources(self, cube: MemCube) -> list[str]:
        """Ids there of what it was made of."""
        return [self.refs[id] for id in cube.source.parents if id in self.refs]

    def leave(self, what: str, count: int = 1) -> None:
        """Something has no place in the format."""
        if count:
            self.left[what] += count


def labels(cube: MemCube, *without: str) -> dict[str, str]:
    """Labels as metadata, under the names they had before they came here."""
    return {
        name.removeprefix(APART): value
        for name, value in cube.labels.items()
        if name not in OWN and name not in without
    }


def iso(moment: datetime | None) -> str | None:
    return of_moment(moment)


def without_none(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _refs(cubes: dict[str, MemCube], origin: str) -> dict[str, str]:
    """The id it had in the system that it came from; its own, where it came from elsewhere."""
    named = Counter(cube.labels.get("ref") for cube in cubes.values())
    return {
        id: cube.labels["ref"]
        if cube.labels.get(ORIGIN) == origin and named[cube.labels.get("ref")] == 1
        else id
        for id, cube in cubes.items()
    }
