"""The graph as a file for other programs: GraphML, JSON (node-link), or a drawing in DOT.

A pure function of a view, so that it shows what held, or was known, at the view's moment.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.view import View
from memwell.plaintext.graph.records import COMMUNITY, ENTITY, FACT, HAS_MEMBER, entity_of, fact_of

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
Values = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Node:
    """An entity, a community, or a value that a fact gives of an entity."""

    id: str
    values: Values


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact, or that somebody belongs to a community."""

    id: str
    source: str
    target: str
    values: Values


@dataclass(frozen=True, slots=True)
class Graph:
    """What is exported."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(view: View) -> Graph:
    """Entities, communities and facts that the view shows; a fact about one entity is a loop."""
    entities = {cube.id: cube for cube in view.only({"is": ENTITY}).scan()}
    communities = {cube.id: cube for cube in view.only({"is": COMMUNITY}).scan()}
    nodes = [_entity(cube) for cube in entities.values()]
    nodes += [_community(cube) for cube in communities.values()]
    edges = [
        edge
        for cube in view.only({"is": FACT}).scan()
        if (edge := _fact(cube)).source in entities and edge.target in entities
    ]
    for cube in entities.values():
        community = entity_of(cube).community
        if community in communities:
            edges.append(Edge(f"{community}-{cube.id}", community, cube.id, {"is": HAS_MEMBER}))
    return Graph(tuple(nodes), tuple(edges))


def _entity(cube: MemCube) -> Node:
    found = entity_of(cube)
    return Node(cube.id, {"is": ENTITY, "name": found.name, "kind": found.kind})


def _community(cube: MemCube) -> Node:
    return Node(cube.id, {"is": COMMUNITY, "name": cube.labels["name"], "summary": cube.text})


def _fact(cube: MemCube) -> Edge:
    found = fact_of(cube)
    values: Values = {
        "is": FACT, "relation": found.relation, "fact": found.text,
        "valid_at": _told(cube.valid.start), "invalid_at": _told(cube.valid.end),
        "created_at": _told(cube.known.start), "expired_at": _told(cube.known.end),
        "episodes": len(cube.source.events),
    }  # fmt: skip
    return Edge(cube.id, found.source, found.target or found.source, values)


def _told(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def graphml(found: Graph) -> str:
    """As Gephi, yEd, Cytoscape and NetworkX read it."""
    root = Xml.Element("graphml", xmlns=NAMESPACE)
    for kind, each in (("node", found.nodes), ("edge", found.edges)):
        for name, value in sorted(
            {name: v for one in each for name, v in one.values.items()}.items()
        ):
            typed = "int" if isinstance(value, int) else "string"
            key = {"id": f"{kind}-{name}", "for": kind, "attr.name": name, "attr.type": typed}
            Xml.SubElement(root, "key", key)
    body = Xml.SubElement(root, "graph", edgedefault="directed")
    for node in found.nodes:
        _data(Xml.SubElement(body, "node", id=node.id), "node", node.values)
    for edge in found.edges:
        ends = {"id": edge.id, "source": edge.source, "target": edge.target}
        _data(Xml.SubElement(body, "edge", ends), "edge", edge.values)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _data(element: Xml.Element, kind: str, values: Values) -> None:
    for name, value in values.items():
        if value != "":
            Xml.SubElement(element, "data", key=f"{kind}-{name}").text = _legal(str(value))


def _legal(text: str) -> str:
    """Without characters that no XML document may hold."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and c not in "\ufffe\uffff"))


def node_link(found: Graph) -> str:
    """JSON as D3 and NetworkX read it."""
    nodes = [{"id": node.id, **node.values} for node in found.nodes]
    links = [
        {"id": e.id, "source": e.source, "target": e.target, "key": e.id, **e.values}
        for e in found.edges
    ]
    whole = {"directed": True, "multigraph": True, "graph": {}, "nodes": nodes, "links": links}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def dot(found: Graph) -> str:
    """A drawing for Graphviz: what holds in full lines, what has ended dashed."""
    return "\n".join(_drawn(found)) + "\n"


def _drawn(found: Graph) -> Iterator[str]:
    yield "digraph memory {"
    yield '  graph [rankdir=LR]; node [shape=box, style=rounded, fontname="sans-serif"];'
    for node in found.nodes:
        shape = "" if node.values["is"] == ENTITY else ", shape=ellipse"
        yield f"  {_quoted(node.id)} [label={_quoted(str(node.values['name']))}{shape}];"
    for edge in found.edges:
        label = str(edge.values.get("relation", ""))
        style = "dashed" if edge.values.get("invalid_at") else "solid"
        ends = f"{_quoted(edge.source)} -> {_quoted(edge.target)}"
        yield f"  {ends} [label={_quoted(label)}, style={style}];"
    yield "}"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{plain}"'


WRITERS: dict[str, Callable[[Graph], str]] = {
    ".graphml": graphml, ".json": node_link, ".dot": dot,
}  # fmt: skip


def written(found: Graph, ending: str) -> str:
    """The file's text, by the ending of its name. Raises InvalidInput."""
    writer = WRITERS.get(ending.lower())
    if writer is None:
        raise InvalidInput(f"a graph is written to {', '.join(WRITERS)}, not to {ending!r}")
    return writer(found)
