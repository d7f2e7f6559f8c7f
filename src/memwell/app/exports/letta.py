"""A Letta agent file: agents with what was said to them, their blocks, all else as passages."""

from pathlib import Path

from memwell.app.exports.files import write_json
from memwell.app.exports.held import Held, Json, iso, labels, without_none
from memwell.core.cube import MemCube

NAMELESS = "memwell"  # the agent of what is no agent's
ROLES = frozenset({"user", "assistant", "system", "tool", "function"})
BLOCK = "block"
FIELDS = ("label", "description", "limit", "read_only", "tags", "passage")


def write(path: Path, held: Held) -> int:
    """Users and sessions have no place there; an agent has one history."""
    names = dict.fromkeys(cube.scope.agent or NAMELESS for cube in held.cubes.values())
    blocks = [cube for cube in held.cubes.values() if cube.labels.get("is") == BLOCK]
    agents = [_agent(name, number, held) for number, name in enumerate(names)]
    write_json(path, {
        "agents": agents,
        "groups": [],
        "blocks": [_block(cube, held) for cube in blocks],
        "files": [],
        "sources": [],
        "tools": [],
        "mcp_servers": [],
        "metadata": {"source": "memwell"},
        "created_at": iso(held.memory.view().now),
    })  # fmt: skip
    held.leave("links", len(held.links))
    held.leave("names of users", sum(cube.scope.user is not None for cube in held.cubes.values()))
    return len(held.cubes)


def _agent(name: str, number: int, held: Held) -> Json:
    own = [cube for cube in held.cubes.values() if (cube.scope.agent or NAMELESS) == name]
    said = [cube for cube in own if _is_said(cube)]
    blocks = [cube for cube in own if cube.labels.get("is") == BLOCK]
    sessions = {cube.scope.session for cube in said}
    held.leave("borders of sessions", max(0, len(sessions) - 1))
    id = next(iter(sessions)) if len(sessions) == 1 and None not in sessions else f"agent-{number}"
    kept = {cube.id for cube in (*said, *blocks)}
    return {
        "id": id,
        "name": name,
        "block_ids": [held.refs[cube.id] for cube in blocks],
        "in_context_message_ids": [held.refs[cube.id] for cube in said],
        "messages": [_message(cube, held) for cube in said],
        "tool_ids": [],
        "archival_passages": [_passage(cube, held) for cube in own if cube.id not in kept],
    }


def _is_said(cube: MemCube) -> bool:
    return "is" not in cube.labels and cube.labels.get("role") in ROLES


def _message(cube: MemCube, held: Held) -> Json:
    held.leave("labels of messages", len(labels(cube)))
    return without_none({
        "id": held.refs[cube.id],
        "role": cube.labels["role"],
        "name": cube.speaker,
        "content": [{"type": "text", "text": cube.text}],
        "created_at": iso(cube.at or held.created(cube)),
    })  # fmt: skip


def _block(cube: MemCube, held: Held) -> Json:
    own = {name: cube.labels.get(name) for name in FIELDS}
    limit = own["limit"]
    return {
        "id": held.refs[cube.id],
        "label": own["label"] or "memory",
        "value": cube.text,
        "limit": int(limit) if limit and limit.isdigit() else max(5000, len(cube.text)),
        "description": own["description"],
        "metadata": labels(cube, *FIELDS),
        "created_at": iso(held.created(cube)),
    }


def _passage(cube: MemCube, held: Held) -> Json:
    return {
        "id": held.refs[cube.id],
        "text": cube.text,
        "created_at": iso(cube.at or held.created(cube)),
        "metadata": labels(cube, *FIELDS),
    }
