"""Memories in mem0's form."""

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.hit import Hit
from memwell.core.identity import derive
from memwell.core.lifecycle import State
from memwell.integrations.mem0.given import EXPIRES, METADATA

Item = dict[str, Any]


def item(cube: MemCube, first: MemCube | None = None) -> Item:
    """One memory; `first` is its first version, which tells when it was made."""
    made, changed = (first or cube).known.start, cube.known.start
    found: Item = {
        "id": cube.id,
        "memory": cube.text,
        "hash": hashlib.md5(cube.text.encode(), usedforsecurity=False).hexdigest(),
        "metadata": metadata(cube) or None,
        "created_at": made.isoformat() if made else None,
        "updated_at": changed.isoformat() if changed else None,
    }
    return found | _promoted(cube)


def scored(hit: Hit, first: MemCube | None, *, explained: bool) -> Item:
    """A hit; its score is cut to what mem0's scores range over, 0 to 1."""
    found = item(hit.cube, first) | {"score": min(max(hit.score, 0.0), 1.0)}
    if explained:
        found["score_details"] = {each.name: each.value for each in hit.reasons}
    return found


def metadata(cube: MemCube) -> dict[str, Any]:
    """As it was given, types and all."""
    found: dict[str, Any] = json.loads(cube.labels.get(METADATA, "{}"))
    return found


def event(cube: MemCube, what: str, **more: Any) -> Item:
    """What `add` says of one memory."""
    role, actor = cube.labels.get("role"), cube.labels.get("speaker")
    told = {"actor_id": actor, "role": role} if role else {}
    return {"id": cube.id, "memory": cube.text, "event": what, **told, **more}


def history(versions: Sequence[MemCube]) -> list[Item]:
    """One entry for every version: what it was, and became."""
    first = versions[0]
    return [
        _entry(first, None, first),
        *(_entry(first, before, after) for before, after in pairwise(versions)),
    ]


def _entry(first: MemCube, before: MemCube | None, after: MemCube) -> Item:
    gone = after.state is State.EXPIRED
    made, changed = first.known.start, after.known.start
    was = before.text if before and before.state is not State.EXPIRED else None
    return {
        "id": derive(after.id, after.version),
        "memory_id": after.id,
        "old_memory": was,
        "new_memory": None if gone else after.text,
        "event": "DELETE" if gone else "ADD" if was is None else "UPDATE",
        "created_at": made.isoformat() if made else None,
        "updated_at": changed.isoformat() if changed else None,
        "is_deleted": gone,
        "actor_id": after.labels.get("speaker"),
        "role": after.labels.get("role"),
    }


def _promoted(cube: MemCube) -> Item:
    """What mem0 shows beside the metadata."""
    found = {
        "user_id": cube.scope.user,
        "agent_id": cube.scope.agent,
        "run_id": cube.scope.session,
        "actor_id": cube.labels.get("speaker"),
        "role": cube.labels.get("role"),
        "expiration_date": cube.labels.get(EXPIRES),
    }
    return {name: value for name, value in found.items() if value is not None}
