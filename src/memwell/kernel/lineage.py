"""Where memories came from, and what was made of them: the paths that forgetting follows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from memwell.core.cube import MemCube
from memwell.core.identity import turn_id
from memwell.core.store import Store


@dataclass
class Lineage:
    """Reads lineage from the store; what it has read of an event it keeps."""

    store: Store
    _turns: dict[str, dict[str, int]] = field(default_factory=dict)
    _resting: dict[str, list[str]] = field(default_factory=dict)

    def turn(self, cube: MemCube) -> tuple[str, int] | None:
        """The event and the place in it whose words the cube is; None for what was derived.

        Labels and evidence may change, so the id tells: a turn's is made of just these two.
        """
        for event in cube.source.events:
            place = self._turns_of(event).get(cube.id)
            if place is not None:
                return event, place
        return None

    def sources(self, cube: MemCube) -> Iterator[str]:
        """Upwards: the cubes it would come back from."""
        if self.turn(cube):
            return
        yield from cube.source.parents
        if not cube.source.parents:
            for event in cube.source.events:
                yield from self._turns_of(event)

    def derived(self, cube: MemCube) -> Iterator[str]:
        """Downwards: what names it as a parent, or may hold words of the event it is a turn of."""
        yield from self.store.derived([cube.id])
        turn = self.turn(cube)
        if turn:
            yield from self._resting_on(turn[0])

    def _turns_of(self, event: str) -> dict[str, int]:
        """Place of every turn of an event by its id."""
        if event not in self._turns:
            places = (range(len(found.messages)) for found in self.store.events([event]))
            self._turns[event] = {turn_id(event, p): p for each in places for p in each}
        return self._turns[event]

    def _resting_on(self, event: str) -> list[str]:
        """What took something from the event without telling from which of its turns."""
        if event not in self._resting:
            others = (i for i in self.store.resting_on([event]) if i not in self._turns_of(event))
            self._resting[event] = [
                id
                for id in others
                if took_from(event, self.store.everywhere(id)) and not self._by_parent(event, id)
            ]
        return self._resting[event]

    def _by_parent(self, event: str, id: str) -> bool:
        """True when a parent of the cube rests on the event, and so tells which of its turns."""
        parents = self.store.everywhere(id)[-1].source.parents
        return any(
            event in version.source.events
            for parent in parents
            for version in self.store.everywhere(parent)[-1:]
        )


def took_from(event: str, versions: Sequence[MemCube]) -> bool:
    """False when the event only confirmed a cube, whose words were there before and stayed."""
    told = [version for version in versions if event in version.source.events]
    others = [version for version in versions if event not in version.source.events]
    return not others or bool(_words(told) - _words(others))


def _words(versions: Sequence[MemCube]) -> set[tuple[object, ...]]:
    return {(version.payload, version.keys) for version in versions}
