"""The graph as other programs read it, at any moment."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from telling import day, opened, said

from memwell.core.errors import InvalidInput
from memwell.core.view import Moment
from memwell.kernel.memory import Memory
from memwell.plaintext.graph.export import NAMESPACE, dot, graph, graphml, node_link, written
from support import START

XML = {"g": NAMESPACE}


@pytest.fixture
def memory(tmp_path: Path):
    with opened(tmp_path / "m") as found:
        said(found, "I live in Rome.", at=day("2020-01-01"))
        said(found, 'I moved to Oslo with "Rex & <Co>".', at=day("2023-01-01"))
        found.manage()
        yield found


def names(memory: Memory, **moment) -> list[tuple[str, str]]:
    found = graph(memory.view(moment=Moment(**moment)))
    called = {node.id: node.values["name"] for node in found.nodes}
    return [(called[e.source], called[e.target]) for e in found.edges if e.values["is"] == "fact"]


def test_entities_are_joined_by_facts_with_their_four_times(memory: Memory) -> None:
    assert names(memory) == [("Ann", "Rome"), ("Ann", "Oslo")]
    first, second = [e for e in graph(memory.view()).edges if e.values["is"] == "fact"]
    assert first.values["valid_at"] == day("2020-01-01").isoformat()
    assert first.values["invalid_at"] == second.values["valid_at"] == day("2023-01-01").isoformat()
    assert first.values["created_at"] == START.isoformat()


def test_it_can_be_that_of_a_moment(memory: Memory) -> None:
    assert names(memory, valid=day("2021-06-01")) == [("Ann", "Rome")]
    assert names(memory, valid=day("2024-06-01")) == [("Ann", "Oslo")]
    assert names(memory, known=day("2001-01-01")) == []


def test_graphml_is_well_formed_and_complete(memory: Memory) -> None:
    found = graph(memory.view())
    root = Xml.fromstring(graphml(found))
    keys = {key.get("id") for key in root.findall("g:key", XML)}
    ids = {node.get("id") for node in root.iterfind(".//g:node", XML)}
    edges = root.findall(".//g:edge", XML)
    assert ids == {node.id for node in found.nodes}
    assert len(edges) == len(found.edges) > 0
    assert all({edge.get("source"), edge.get("target")} <= ids for edge in edges)
    assert {data.get("key") for data in root.iterfind(".//g:data", XML)} <= keys
    assert any("Rex & <Co>" in (data.text or "") for data in root.iterfind(".//g:data", XML))


def test_node_link_json_names_every_end(memory: Memory) -> None:
    read = json.loads(node_link(graph(memory.view())))
    ids = {node["id"] for node in read["nodes"]}
    assert {end for link in read["links"] for end in (link["source"], link["target"])} <= ids


def test_a_drawing_dashes_what_has_ended(memory: Memory) -> None:
    lines = dot(graph(memory.view())).splitlines()
    facts = [line for line in lines if "style=dashed" in line or "style=solid" in line]
    assert sum("dashed" in line for line in facts) == 1
    assert lines[0] == "digraph memory {"
    assert lines[-1] == "}"


def test_an_unknown_ending_says_what_there_is(memory: Memory) -> None:
    with pytest.raises(InvalidInput, match=r"\.graphml, \.json, \.dot"):
        written(graph(memory.view()), ".png")
