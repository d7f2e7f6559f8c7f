"""As mem0's `get_all` gives its memories back."""

import hashlib
from pathlib import Path

from memwell.app.exports.files import write_json
from memwell.app.exports.held import Held, Json, iso, labels, without_none
from memwell.core.cube import MemCube


def write(path: Path, held: Held) -> int:
    """One object per memory; links have no place there."""
    write_json(path, {"results": [_memory(cube, held) for cube in held.cubes.values()]})
    held.leave("links", len(held.links))
    held.leave("ends of validity", sum(cube.valid.end is not None for cube in held.cubes.values()))
    return len(held.cubes)


def _memory(cube: MemCube, held: Held) -> Json:
    created = cube.at or held.created(cube)
    changed = cube.known.start if cube.version > 1 else None
    kind = {"kind": cube.labels["is"]} if "is" in cube.labels else {}
    return {
        "id": held.refs[cube.id],
        "memory": cube.text,
        "hash": hashlib.md5(cube.text.encode(), usedforsecurity=False).hexdigest(),
        "metadata": {**labels(cube), **kind} or None,
        "created_at": iso(created),
        "updated_at": cube.labels.get("changed") or iso(changed or created),
        **without_none({
            "user_id": cube.scope.user,
            "agent_id": cube.scope.agent,
            "run_id": cube.scope.session,
            "actor_id": cube.speaker,
            "role": cube.labels.get("said_by") or cube.labels.get("role"),
            "expiration_date": cube.until.date().isoformat() if cube.until else None,
        }),
    }  # fmt: skip
