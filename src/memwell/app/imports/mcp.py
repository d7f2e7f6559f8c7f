"""The memory file of the MCP reference server: entities with observations, and relations.

Every observation is a memory of its own, named after its entity; relations are links.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from memwell.app.imports.reading import each
from memwell.app.imports.records import Found, Memo, Tie, Who, ref_of, words_of
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import OnBad
from memwell.core.errors import InvalidInput
from memwell.core.identity import derive

TITLE = "MCP memory file"
NAMED = "entity:"


def matches(first: Any) -> bool:
    return isinstance(first, Mapping) and (
        (first.get("type") == "entity" and "name" in first and "observations" in first)
        or (first.get("type") == "relation" and {"from", "to", "relationType"} <= first.keys())
    )


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    for item in exported_items(path, on_bad):
        yield from each([item.value], f"{item.place}, record", _record, on_bad)


def _record(fields: Mapping[str, Any]) -> Iterator[Found]:
    if not matches(fields):
        raise InvalidInput("expected an entity with observations, or a relation")
    if fields["type"] == "relation":
        src, dst = (NAMED + ref_of(fields[end]) for end in ("from", "to"))
        yield Tie(src, dst, ref_of(fields["relationType"]))
        return
    name, kind = words_of(fields["name"]), str(fields.get("entityType") or "")
    notes = [words_of(each) for each in fields["observations"]]
    refs = [f"{NAMED}{name}/{derive(note)}" for note in dict.fromkeys(notes)]
    for ref, note in zip(refs, dict.fromkeys(notes), strict=True):
        yield Memo(ref, note, labels={"entity_name": name}, keys=(name,))
    yield Memo(NAMED + name, name, about=Who(name, kind), sources=tuple(refs))
