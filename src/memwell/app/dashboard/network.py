"""The part of a memory that the graph shows: cubes, conversations, and what joins them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from memwell.app.dashboard.words import brief
from memwell.core.cube import MemCube
from memwell.core.message import Event
from memwell.kernel.lineage import Lineage
from memwell.kernel.memory import Memory
from memwell.kernel.view import MemoryView

NODES = 80  # at a time
FACTS = 400  # looked at for the first picture
AROUND = 24  # neighbours of one node


@dataclass(frozen=True, slots=True)
class Node:
    """A memory, or a conversation that memories came from."""

    id: str
    kind: str  # conversation, said, entity, fact, …
    name: str
    told: str


@dataclass(frozen=True, slots=True)
class Edge:
    """From one node to another."""

    src: str
    dst: str
    relation: str


@dataclass
class Network:
    """Nodes and edges; what goes beyond the most that is shown is counted."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Edge] = field(default_factory=dict)
    more: int = 0

    def node(self, node: Node) -> bool:
        """Whether there was room for it."""
        if node.id not in self.nodes and len(self.nodes) >= NODES:
            self.more += 1
            return False
        self.nodes.setdefault(node.id, node)
        return True

    def join(self, src: str, dst: str, relation: str) -> None:
        if src in self.nodes and dst in self.nodes and src != dst:
            self.edges.setdefault((src, dst, relation), Edge(src, dst, relation))


def around(memory: Memory, ids: Sequence[str]) -> Network:
    """The memories and conversations that were opened, each with its neighbours."""
    found, view = Network(), memory.view()
    for id in ids:
        if cube := view.get(id):
            _cube(found, view, cube)
        elif events := view.events([id]):
            _event(found, view, events[0])
    return found


def overall(memory: Memory) -> Network:
    """A first picture: facts as what joins entities, or else the latest conversations."""
    view = memory.view()
    facts = list(islice(view.only({"is": "fact"}).scan(), FACTS))
    return _of_facts(facts) if facts else _latest(memory, view)


def _of_facts(facts: Iterable[MemCube]) -> Network:
    joined = [cube.labels for cube in facts if cube.labels.get("target")]
    uses = Counter(end for each in joined for end in (each["source"], each["target"]))
    kept = {id for id, _ in uses.most_common(NODES // 2)}
    found = Network(more=len(uses) - len(kept))
    for labels in joined:
        ends = ((labels["source"], labels["subject"]), (labels["target"], labels.get("object", "")))
        if all(id in kept for id, _ in ends):
            for id, name in ends:
                found.node(Node(id, "entity", brief(name, 24), name))
            found.join(labels["source"], labels["target"], _spoken(labels["relation"]))
    return found


def _latest(memory: Memory, view: MemoryView) -> Network:
    found = Network()
    deeds = memory.deeds(most=8).deeds
    causes = dict.fromkeys(deed.cause for deed in deeds if deed.cause)
    for event in view.events(islice(causes, 5)):
        _event(found, view, event)
    return found


def _cube(found: Network, view: MemoryView, cube: MemCube) -> None:
    if not found.node(of_cube(cube)):
        return
    lineage = Lineage(view.store)
    for event in view.events(cube.source.events[:4]):
        if found.node(of_event(event)):
            found.join(event.id, cube.id, "source")
    for relation, ids in (
        ("made of", islice(lineage.sources(cube), AROUND)),
        ("made into", islice(lineage.derived(cube), AROUND)),
    ):
        for other in (seen for id in ids if (seen := view.get(id))):
            if found.node(of_cube(other)):
                ends = (other.id, cube.id) if relation == "made of" else (cube.id, other.id)
                found.join(*ends, "derived")
    for link in view.neighbours(cube.id)[:AROUND]:
        end = view.get(link.dst if link.src == cube.id else link.src)
        if end and found.node(of_cube(end)):
            found.join(link.src, link.dst, _spoken(link.relation))


def _event(found: Network, view: MemoryView, event: Event) -> None:
    if not found.node(of_event(event)):
        return
    turns = (event.turn_id(place) for place in range(len(event.messages)))
    for cube in islice((seen for id in turns if (seen := view.get(id))), AROUND):
        if found.node(of_cube(cube)):
            found.join(event.id, cube.id, "source")


def of_cube(cube: MemCube) -> Node:
    kind = cube.labels.get("is", "said")
    return Node(cube.id, kind, brief(cube.labels.get("name") or cube.text, 24), brief(cube.line))


def of_event(event: Event) -> Node:
    name = event.scope.session or "conversation"
    told = f"{len(event.messages)} messages, {event.at:%Y-%m-%d}"
    return Node(event.id, "conversation", brief(name, 24), told)


def _spoken(relation: str) -> str:
    return relation.replace("_", " ").lower()
