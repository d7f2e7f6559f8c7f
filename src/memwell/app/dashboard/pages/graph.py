"""The graph: what a memory is joined to, drawn on the server, with a list of the same beside it."""

from dataclasses import dataclass

from starlette.responses import Response

from memwell.app.dashboard.layout import placed
from memwell.app.dashboard.network import Edge, Network, Node, around, overall
from memwell.app.dashboard.visit import Visit

WIDTH, HEIGHT, MARGIN = 960.0, 620.0, 60.0
OPEN = 12  # nodes that can be opened at a time


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and where it stands; `opened` is the list of open nodes once it is opened, too."""

    node: Node
    x: float
    y: float
    open: bool
    opened: str
    degree: int


@dataclass(frozen=True, slots=True)
class Line:
    """An edge between two spots."""

    edge: Edge
    src: Spot
    dst: Spot


def page(visit: Visit) -> Response:
    ids = [id for id in visit.asked("open").split(",") if id.isalnum()][-OPEN:]
    found = around(visit.memory, ids) if ids else overall(visit.memory)
    spots = _spots(found, ids)
    lines = [Line(edge, spots[edge.src], spots[edge.dst]) for edge in found.edges.values()]
    kinds = sorted({node.kind for node in found.nodes.values()})
    return visit.page(
        "graph.html", spots=list(spots.values()), lines=lines, kinds=kinds, more=found.more,
        opened=ids, width=WIDTH, height=HEIGHT,
    )  # fmt: skip


def _spots(found: Network, opened: list[str]) -> dict[str, Spot]:
    place = {id: n for n, id in enumerate(found.nodes)}
    pairs = [(place[edge.src], place[edge.dst]) for edge in found.edges.values()]
    positions = placed(len(place), pairs, WIDTH, HEIGHT, MARGIN)
    degrees = dict.fromkeys(place, 0)
    for edge in found.edges.values():
        degrees[edge.src] += 1
        degrees[edge.dst] += 1
    return {
        id: Spot(
            node,
            round(float(positions[place[id], 0]), 1),
            round(float(positions[place[id], 1]), 1),
            id in opened,
            ",".join([*(other for other in opened if other != id), id]),
            degrees[id],
        )
        for id, node in found.nodes.items()
    }
