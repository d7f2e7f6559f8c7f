"""The graph as it is walked: entities next to each other by a fact, and what hangs on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from memwell.core.cube import MemCube
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.view import View
from memwell.index.walk import Step, distances
from memwell.plaintext.graph.records import HAS_MEMBER, MENTIONS, SOURCE, TARGET

MOST = 2_000  # entities that one walk visits


@dataclass
class Network:
    """Reads edges when they are needed, each once."""

    view: View
    facts: dict[str, list[str]] = field(default_factory=dict)  # ends of each fact that was met
    turns: dict[str, list[str]] = field(default_factory=dict)  # turns that name each entity
    communities: dict[str, list[str]] = field(default_factory=dict)  # that each entity belongs to

    def reached(self, origins: Iterable[str], depth: int) -> dict[str, int]:
        """Hops from the nearest origin to each entity: one fact is one hop."""
        return distances(origins, self.around, depth, MOST)

    def around(self, entities: Sequence[str]) -> list[Step]:
        """Pairs of entities that some fact joins, one of them being one of these."""
        fresh: dict[str, None] = {}
        for link in self.view.neighbours(*entities):
            if link.relation in (SOURCE, TARGET):
                fresh.setdefault(link.src)
            elif link.relation == MENTIONS:
                self.turns.setdefault(link.dst, []).append(link.src)
            elif link.relation == HAS_MEMBER:
                self.communities.setdefault(link.dst, []).append(link.src)
        return self._joined(list(fresh))

    def _joined(self, facts: Sequence[str]) -> list[Step]:
        for link in self.view.neighbours(*(fact for fact in facts if fact not in self.facts)):
            if link.relation in (SOURCE, TARGET):
                ends = self.facts.setdefault(link.src, [])
                if link.dst not in ends:
                    ends.append(link.dst)
        return [(self.facts[f][0], self.facts[f][1]) for f in facts if len(self.facts[f]) == 2]

    def near(self, scope: str, reached: dict[str, int]) -> list[str]:
        """Ids of what hangs on the entities that were reached, the nearest first."""
        far = max(reached.values(), default=0) + 1
        match scope:
            case "entities":
                return list(reached)
            case "facts":
                steps = {
                    f: min(reached.get(e, far) for e in ends) for f, ends in self.facts.items()
                }
                return sorted(steps, key=lambda fact: (steps[fact], fact))
            case "episodes":
                return _unique(turn for entity in reached for turn in self.turns.get(entity, ()))
            case _:
                return _unique(c for entity in reached for c in self.communities.get(entity, ()))


def ends(cube: MemCube) -> list[str]:
    """The entities that a memory of the graph is about."""
    if cube.labels.get("is") == "entity":
        return [cube.id]
    return [cube.labels[name] for name in ("source", "target") if name in cube.labels]


def searchable(view: View, ids: Iterable[str]) -> list[MemCube]:
    """Those of the memories that are in use and can be seen, in order."""
    found = (view.get(id) for id in ids)
    return [cube for cube in found if cube and cube.state in SEARCHABLE]


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
