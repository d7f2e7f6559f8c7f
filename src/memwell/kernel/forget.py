"""Forgetting for good: along lineage, through every version, down to the raw words.

A turn goes together with its words in the raw event. A derived memory goes together with the turns
it was made from, since it would come back from them. Whatever else was derived from any of these
goes too. What stays is an audit line with random ids.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from memwell.core.cube import MemCube
from memwell.core.errors import NotFound
from memwell.core.message import Event, Message
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Store


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was erased, and whether a second look found anything left."""

    cubes: tuple[str, ...]  # erased in all their versions
    events: tuple[str, ...]  # raw events that were erased or lost some of their words
    asked: int  # how many cubes were named by the caller; the rest follows from lineage
    verified: bool  # nothing of it can be read any more; False for a dry run
    dry_run: bool = False


@dataclass
class Doomed:
    """What must go when the named cubes go. Built by `follow`, then read."""

    store: Store
    scope: Scope
    cubes: dict[str, MemCube] = field(default_factory=dict)
    places: dict[str, set[int]] = field(default_factory=dict)  # of the words, by event

    def follow(self, ids: Iterable[str]) -> "Doomed":
        """Up from the named cubes to their words, then down to all that was made of those.

        What only shares a summary with them stays. Raises NotFound for an id not in scope.
        """
        up = list(ids)
        while up:
            id = up.pop()
            if id not in self.cubes:
                self.cubes[id] = self._read(id)
                up += self._sources(self.cubes[id])
        down = list(self.cubes.values())
        while down:
            for id in self._derived(down.pop()):
                if id not in self.cubes:
                    self.cubes[id] = self._read(id)
                    down.append(self.cubes[id])
        return self

    def entries(self) -> tuple[Applied, ...]:
        """The audit lines: random ids, never content."""
        return tuple(Applied("forget", id, None, "") for id in self.cubes)

    def events(self) -> tuple[list[str], list[Event]]:
        """Ids of events that lose all their words, and the others as they will be."""
        rewritten = [_without(event, self.places[event.id]) for event in self._events()]
        gone = [event.id for event in rewritten if not any(m.text for m in event.messages)]
        return gone, [event for event in rewritten if event.id not in gone]

    def left_over(self) -> bool:
        """True when anything that should be gone can still be read."""
        words = (
            event.messages[place] for event in self._events() for place in self.places[event.id]
        )
        return any(map(self.store.history, self.cubes)) or any(message.text for message in words)

    def _events(self) -> list[Event]:
        return self.store.events(self.places)

    def _read(self, id: str) -> MemCube:
        versions = self.store.history(id)
        if not versions or not self.scope.covers(versions[-1].scope):
            raise NotFound(f"there is no memory {id} in this scope")
        return versions[-1]

    def _sources(self, cube: MemCube) -> Iterator[str]:
        """Upwards: the turns it was made from."""
        if "turn" in cube.labels:
            for event in cube.source.events:
                self.places.setdefault(event, set()).add(int(cube.labels["turn"]))
        elif cube.source.parents:
            yield from cube.source.parents
        else:
            yield from self.store.resting_on(cube.source.events)

    def _derived(self, cube: MemCube) -> Iterator[str]:
        """Downwards: what names it as a parent, or rests on its event without naming parents."""
        yield from self.store.derived([cube.id])
        for id in self.store.resting_on(cube.source.events):
            other = self._read(id)
            if "turn" not in other.labels and not other.source.parents:
                yield id


def _without(event: Event, places: set[int]) -> Event:
    """The event with these messages emptied; the others keep their places."""
    messages = tuple(
        Message("", role=message.role) if place in places else message
        for place, message in enumerate(event.messages)
    )
    return replace(event, messages=messages)
