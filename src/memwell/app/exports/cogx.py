"""A COGX archive: a folder, or a zip where the name ends so."""

import json
from itertools import groupby
from pathlib import Path

from memwell.app.exports.files import lines, write_members
from memwell.app.exports.graphiti import FACTS, parsed
from memwell.app.exports.held import GRAPH, Held, Json, iso, labels, without_none
from memwell.app.imports.cogx import FILES, MANIFEST
from memwell.app.imports.records import MEMORY
from memwell.core.cube import MemCube
from memwell.plaintext.graph.records import ENTITY, FACT, SUMMARY, entity_of, fact_of

VERSION = "0.1"
BLOCK = "block"


def write(path: Path, held: Held) -> int:
    """Turns of a session are one episode; what was noted or derived are memories."""
    facts = [cube for cube in held.of_kind(FACT) if cube.labels.get("source") in held.cubes]
    rows: dict[str, list[Json]] = {
        "episode": _episodes(held),
        "entity": [_entity(cube, held) for cube in held.of_kind(ENTITY)],
        "fact": [_fact(cube, held) for cube in facts],
        "memory": [_memory(cube, held) for cube in held.cubes.values() if _is_memory(cube)],
        "memory_block": [_block(cube, held) for cube in held.of_kind(BLOCK)],
    }
    counts = {kind: len(each) for kind, each in rows.items() if each}
    manifest: Json = {
        "cogx_version": VERSION, "source_system": "memwell",
        "exported_at": iso(held.memory.view().now), "counts": counts, "notes": [],
    }  # fmt: skip
    members = {FILES[kind]: lines(each) for kind, each in rows.items() if each}
    write_members(path, {MANIFEST: json.dumps(manifest, indent=2).encode(), **members})
    held.leave("links", sum(link.relation not in GRAPH for link in held.links))
    return len(held.cubes)


def _record(kind: str, cube: MemCube, held: Held, *without: str) -> Json:
    scope = {
        "user_id": cube.scope.user, "agent_id": cube.scope.agent, "session_id": cube.scope.session,
    }  # fmt: skip
    told = labels(cube, "system", *without)
    return {
        "kind": kind,
        "external_system": cube.labels.get("system", "memwell"),
        "external_id": held.refs[cube.id],
        "scope": without_none(dict(scope)),
        "metadata": told,
        "created_at": iso(held.created(cube)),
    }


def _is_turn(cube: MemCube) -> bool:
    return "is" not in cube.labels and cube.labels.get("role", MEMORY) != MEMORY


def _is_memory(cube: MemCube) -> bool:
    return not _is_turn(cube) and cube.labels.get("is") not in (ENTITY, FACT, SUMMARY, BLOCK)


def _episodes(held: Held) -> list[Json]:
    """Turns without a session are episodes of their own."""
    turns = sorted(filter(_is_turn, held.cubes.values()), key=_conversation)
    made: list[Json] = []
    for _, group in groupby(turns, key=_conversation):
        said = list(group)
        first = _record("episode", said[0], held, "title")
        ref = said[0].scope.session or str(first["external_id"])
        for place, cube in enumerate(said):
            held.refs[cube.id] = f"{ref}#{place}"
        shown = [
            without_none({"role": c.labels["role"], "content": c.text, "occurred_at": iso(c.at)})
            for c in said
        ]
        made.append({**first, "external_id": ref, "turns": shown})
    return made


def _conversation(cube: MemCube) -> tuple[str, ...]:
    owner = cube.scope
    return (owner.user or "", owner.agent or "", owner.session or f"\x00{cube.id}")


def _entity(cube: MemCube, held: Held) -> Json:
    found = entity_of(cube)
    drawn = ("letters", "entity", "name", "kind", "community")
    sums = [each for each in held.of_kind(SUMMARY) if each.labels.get("of") == cube.id]
    extra = [name for name in cube.labels if name.startswith(("band", "alias"))]
    return without_none({
        **_record("entity", cube, held, *drawn, *extra),
        "name": found.name,
        "entity_type": found.kind,
        "aliases": list(found.aliases),
        "description": sums[0].text if sums else None,
    })  # fmt: skip


def _fact(cube: MemCube, held: Held) -> Json:
    found = fact_of(cube)
    confidence = cube.labels.get("confidence")
    return without_none({
        **_record("fact", cube, held, *FACTS, "confidence", "provenance", "negated", "judged"),
        "subject_ref": held.refs[found.source],
        "predicate": found.relation,
        "object_ref": held.refs.get(found.target) or found.object or found.value or "nobody",
        "fact_text": cube.text,
        "valid_at": iso(cube.valid.start),
        "invalid_at": iso(cube.valid.end),
        "confidence": parsed(confidence) if confidence else None,
        "provenance": held.sources(cube),
    })  # fmt: skip


def _memory(cube: MemCube, held: Held) -> Json:
    kept = _record("memory", cube, held, "categories")
    categories = parsed(cube.labels.get("categories", "[]"))
    kept["created_at"] = iso(cube.at) or kept["created_at"]
    return {**kept, "content": cube.text, "categories": categories}


def _block(cube: MemCube, held: Held) -> Json:
    limit = cube.labels.get("limit")
    return without_none({
        **_record("memory_block", cube, held, "label", "limit"),
        "label": cube.labels.get("label", MEMORY),
        "value": cube.text,
        "limit": parsed(limit) if limit else None,
    })  # fmt: skip
