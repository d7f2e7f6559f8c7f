"""Export files taken apart and put together again, as somebody would who knows the format."""

import hashlib
import json
from pathlib import Path

from memwell.kernel.archive import COUNTED
from memwell.kernel.memory import Memory


def sealed(lines: list[str]) -> str:
    """Lines as a file whose last line fits them: what somebody writes who knows the format."""
    body = "".join(f"{line}\n" for line in lines if not line.startswith('{"type": "end"'))
    counts = dict.fromkeys(COUNTED.values(), 0)
    for line in body.splitlines()[1:]:
        fields = json.loads(line)
        if fields["type"] != "blob" or fields["part"] == fields["of"] - 1:
            counts[COUNTED[fields["type"]]] += 1
    value = hashlib.sha256(body.encode()).hexdigest()
    return body + json.dumps({"type": "end", **counts, "value": value}) + "\n"


def lines_of(path: Path) -> list[str]:
    """All but the last one."""
    return path.read_text().splitlines()[:-1]


def contents(memory: Memory) -> dict[str, object]:
    ids = memory.store.resolve("", memory.scope)
    return {
        "events": list(memory.store.all_events(memory.scope)),
        "cubes": {id: memory.store.history(id) for id in ids},
        "links": {id: sorted(memory.store.links(id), key=str) for id in ids},
    }
