"""Forgetting for good: along lineage, through every version, down to the raw words.

A turn goes together with its words in the raw event. A derived memory goes together with the turns
it was made from, since it would come back from them. Whatever else was derived from any of these
goes too, with its tensors, and so do the reasons given for any of it. What stays is an audit line
with random ids.

Whoever asks to forget means it: what is frozen goes, too. Copies that were made before, such as
exports and backups, are named in the report and are not touched.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from memwell.core.access import Right
from memwell.core.cube import MemCube
from memwell.core.errors import NotFound
from memwell.core.governance import Copy
from memwell.core.message import Event, Message
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Batch, Store
from memwell.kernel.lineage import Lineage


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was erased, and whether a second look found anything left."""

    cubes: tuple[str, ...]  # erased in all their versions
    events: tuple[str, ...]  # raw events that were erased or lost some of their words
    asked: int  # how many cubes were named by the caller; the rest follows from lineage
    verified: bool  # nothing of it can be read any more; False for a dry run
    dry_run: bool = False
    went: Mapping[str, int] = field(default_factory=dict)  # of each kind, how much: versions, ...
    copies: tuple[Copy, ...] = ()  # that were made while it was there: they hold it still
    how: str = ""  # it was verified
    waiting: bool = False  # a reader kept old pages on disk; the next opening removes them


@dataclass
class Doomed:
    """What must go when the named cubes go. Built by `follow`, then erased."""

    store: Store
    scope: Scope
    asked: int = 0
    cubes: dict[str, MemCube] = field(default_factory=dict)
    places: dict[str, set[int]] = field(default_factory=dict)  # of the words, by event

    def follow(self, ids: Sequence[str]) -> "Doomed":
        """Up from the named cubes to their words, then down to all that was made of those.

        What only shares a summary with them stays. Raises NotFound for an id not in scope.
        """
        lineage, self.asked = Lineage(self.store), len(ids)
        for id in ids:
            if not self._owns(id):
                raise NotFound(f"there is no memory {id} in this scope")
        self._spread(ids, lambda cube: filter(self._owns, lineage.sources(cube)))
        self._spread(list(self.cubes), lineage.derived)
        for event, place in filter(None, map(lineage.turn, self.cubes.values())):
            self.places.setdefault(event, set()).add(place)
        return self

    def erase(self, batch: Batch) -> None:
        """Erase all of it; `batch` becomes the audit line."""
        gone, rewritten = self._events()
        batch = replace(batch, entries=tuple(Applied("forget", id, None, "") for id in self.cubes))
        self.store.forget(list(self.cubes), gone, rewritten, batch)

    def left_over(self) -> bool:
        """True when anything that should be gone can still be read."""
        events = self.store.events(self.places)
        words = (event.messages[place].text for event in events for place in self.places[event.id])
        return any(map(self.store.everywhere, self.cubes)) or any(words)

    def report(self, *, verified: bool = False, dry_run: bool = False) -> ForgetReport:
        return ForgetReport(tuple(self.cubes), tuple(self.places), self.asked, verified, dry_run)

    def _spread(self, ids: Sequence[str], onward: Callable[[MemCube], Iterable[str]]) -> None:
        """To everything that can be reached by these steps."""
        ahead, seen = list(ids), set[str]()
        while ahead:
            id = ahead.pop()
            versions = () if id in seen else self.store.everywhere(id)
            seen.add(id)
            for cube in versions:
                self.cubes[id] = cube
                ahead += onward(cube)

    def _owns(self, id: str) -> bool:
        return bool(self.store.permitted([id], self.scope, Right.DELETE))

    def _events(self) -> tuple[list[str], list[Event]]:
        """Ids of events that lose all their words, and the others as they will be."""
        events = self.store.events(self.places)
        rewritten = [_without(event, self.places[event.id]) for event in events]
        gone = [event.id for event in rewritten if not any(m.text for m in event.messages)]
        return gone, [event for event in rewritten if event.id not in gone]


def _without(event: Event, places: set[int]) -> Event:
    """The event with these messages emptied; the others keep their places."""
    messages = tuple(
        Message("", role=message.role) if place in places else message
        for place, message in enumerate(event.messages)
    )
    return replace(event, messages=messages)
