"""The memory file of the MCP reference server: entities with observations, and relations.

It knows neither dates nor owners. A memory that is about no entity is an observation about its
user.
"""

from pathlib import Path

from memwell.app.exports.files import write_lines
from memwell.app.exports.held import GRAPH, Held, Json
from memwell.core.cube import MemCube
from memwell.plaintext.graph.records import ENTITY, FACT, SUMMARY, fact_of

NOBODY = "memory"  # whom it is about where no user is named


def write(path: Path, held: Held) -> int:
    """One line per entity and relation."""
    entities = {cube.id: cube.labels.get("name", cube.text) for cube in held.of_kind(ENTITY)}
    kinds = {cube.text: cube.labels.get("kind", "") for cube in held.of_kind(ENTITY)}
    notes: dict[str, list[str]] = {name: [] for name in entities.values()}
    for cube in held.cubes.values():
        if cube.labels.get("is") not in (ENTITY, FACT):
            notes.setdefault(_about(cube, entities), []).append(cube.text)
    facts = list(held.of_kind(FACT))
    for cube in facts:
        notes.setdefault(entities.get(fact_of(cube).source, NOBODY), []).append(cube.text)
    rows: list[Json] = [
        {"type": "entity", "name": name, "entityType": kinds.get(name) or "user",
         "observations": list(dict.fromkeys(texts))}
        for name, texts in notes.items()
    ]  # fmt: skip
    edges = [
        (link.src, link.dst, link.relation)
        for link in held.links
        if link.src in entities and link.dst in entities
    ]
    edges += [
        (fact.source, fact.target, fact.relation)
        for fact in map(fact_of, facts)
        if fact.source in entities and fact.target in entities
    ]
    rows += [
        {"type": "relation", "from": entities[src], "to": entities[dst], "relationType": relation}
        for src, dst, relation in dict.fromkeys(edges)
    ]
    write_lines(path, rows)
    joined = sum(link.relation not in GRAPH for link in held.links)
    held.leave("links between what is no entity", max(0, joined - len(edges)))
    held.leave("dates", len(held.cubes) - len(entities))
    return len(held.cubes)


def _about(cube: MemCube, entities: dict[str, str]) -> str:
    labels = cube.labels
    if labels.get("is") == SUMMARY and labels.get("of") in entities:
        return entities[labels["of"]]
    return labels.get("entity_name") or cube.scope.user or NOBODY
