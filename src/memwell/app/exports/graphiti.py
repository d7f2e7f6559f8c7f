"""A graph in the fields of Zep and Graphiti: episodes, entities, facts with their four times."""

import json
from pathlib import Path

from memwell.app.exports.files import write_json
from memwell.app.exports.held import GRAPH, Held, Json, iso, labels
from memwell.core.cube import MemCube
from memwell.plaintext.graph.records import (
    ENTITY,
    FACT,
    MENTIONS,
    SUMMARY,
    Entity,
    entity_of,
    fact_of,
)

KINDS = (None, ENTITY, FACT, SUMMARY)
FACTS = "source target subject object relation content pair statements slot value live".split()
SAID = ("title", "source", "described")


def write(path: Path, held: Held) -> int:
    """What belongs to no graph is an episode; other links have no place there."""
    summaries = {cube.labels.get("of"): cube.text for cube in held.of_kind(SUMMARY)}
    facts = [cube for cube in held.of_kind(FACT) if cube.labels.get("source") in held.cubes]
    entities = list(held.of_kind(ENTITY))
    said = [cube for cube in held.cubes.values() if cube.labels.get("is") not in KINDS[1:]]
    named = [link for link in held.links if link.relation == MENTIONS]
    write_json(path, {
        "episodes": [_episode(cube, held) for cube in said],
        "nodes": [_node(cube, summaries.get(cube.id, ""), held) for cube in entities],
        "edges": [_edge(cube, held) for cube in facts],
        "episodic_edges": [
            {"source_node_uuid": held.refs[link.src], "target_node_uuid": held.refs[link.dst]}
            for link in named
        ],
    })  # fmt: skip
    held.leave("links", sum(link.relation not in GRAPH for link in held.links))
    held.leave("names of agents", sum(cube.scope.agent is not None for cube in held.cubes.values()))
    return len(said) + len(entities) + len(facts)


def _shared(cube: MemCube, held: Held) -> Json:
    return {
        "uuid": held.refs[cube.id],
        "group_id": cube.scope.user or "",
        "created_at": iso(held.created(cube)),
    }


def _episode(cube: MemCube, held: Held) -> Json:
    role = cube.labels.get("role", "user")
    held.leave("labels of episodes", len(labels(cube, *SAID)))
    return {
        **_shared(cube, held),
        "name": cube.labels.get("title", ""),
        "content": cube.text,
        "source": cube.labels.get("source", "message"),
        "source_description": cube.labels.get("described", ""),
        "valid_at": iso(cube.at or held.created(cube)),
        "role_type": role,
        "role": cube.speaker,
        "thread_id": cube.scope.session,
    }


def _node(cube: MemCube, summary: str, held: Held) -> Json:
    found = entity_of(cube)
    drawn = Entity(cube.id, found.name, found.kind, found.aliases, found.community).labels
    return {
        **_shared(cube, held),
        "name": found.name,
        "labels": ["Entity", found.kind] if found.kind else ["Entity"],
        "summary": summary,
        "attributes": labels(cube, *drawn),
    }


def _edge(cube: MemCube, held: Held) -> Json:
    found = fact_of(cube)
    return {
        **_shared(cube, held),
        "source_node_uuid": held.refs[found.source],
        "target_node_uuid": held.refs.get(found.target),
        "name": found.relation,
        "fact": cube.text,
        "episodes": held.sources(cube),
        "valid_at": iso(cube.valid.start),
        "invalid_at": iso(cube.valid.end),
        "expired_at": iso(held.ended(cube)),
        "attributes": labels(cube, *FACTS, "negated", "judged"),
    }


def parsed(value: str) -> object:
    """A label that was written as JSON, as it was."""
    try:
        return json.loads(value)
    except ValueError:
        return value
