"""COGX archives: a folder or a zip with manifest.json and one JSON Lines file for each kind.

Episodes become turns, entities and facts a graph as `plaintext:zep` keeps it; a fact rests on what
its provenance names. Whose a record is and when it was made is kept, and so is its confidence.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from memwell.app.imports.members import member_text, opened_zip, plain_file
from memwell.app.imports.moments import moment
from memwell.app.imports.reading import each
from memwell.app.imports.records import (
    Found,
    Left,
    Memo,
    Says,
    Sums,
    Who,
    interval,
    labels_of,
    name_of,
    ref_of,
    texts,
    words_of,
)
from memwell.bench.json_items import OnBad, items_of, read_items
from memwell.core.errors import InvalidInput

TITLE = "COGX archive"
MANIFEST = "manifest.json"
VERSIONS = ("0.",)  # that are read
FILES = {
    "document": "documents.jsonl", "episode": "episodes.jsonl", "entity": "entities.jsonl",
    "fact": "facts.jsonl", "memory": "memories.jsonl", "memory_block": "memory_blocks.jsonl",
}  # fmt: skip
RAW = "nodes.jsonl"  # what has no kind
DESCRIPTION = "#description"  # after the ref of the entity that it is about
NAMED = "name:"  # before the ref of an entity that only a fact names


def matches(first: Any) -> bool:
    """Whether it is a manifest."""
    return isinstance(first, Mapping) and "cogx_version" in first


def is_archive(path: Path) -> bool:
    """Whether a folder or zip holds a manifest of the kind."""
    try:
        return any(matches(value) for value, _ in _rows(path, MANIFEST, lambda *_: None))
    except InvalidInput:
        return False


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    manifest: Any = next((value for value, _ in _rows(path, MANIFEST, on_bad)), None)
    if not matches(manifest):
        raise InvalidInput(f"{path}: expected {MANIFEST} with a 'cogx_version' in it")
    found = str(manifest["cogx_version"])
    if not found.startswith(VERSIONS):
        raise InvalidInput(f"{path}: it is COGX {found[:20]}; COGX 0.x is read")
    names = {str(value["external_id"]) for value, _ in _rows(path, FILES["entity"], _quiet)
             if isinstance(value, Mapping) and "external_id" in value}  # fmt: skip
    known: dict[str, str] = {
        str(value["name"]): str(value["external_id"])
        for value, _ in _rows(path, FILES["entity"], _quiet)
        if isinstance(value, Mapping) and {"name", "external_id"} <= value.keys()
    }

    def fact(raw: Mapping[str, Any]) -> Iterator[Found]:
        ends = []
        for end in ("subject_ref", "object_ref"):
            name = ref_of(raw[end])
            if name not in names and name not in known:
                known[name] = NAMED + name
                yield Memo(NAMED + name, name, about=Who(name), **_shared(raw, "since"))
            ends.append(name if name in names else known[name])
        yield _fact(raw, ends[0], ends[1])

    readers: dict[str, Callable[[Mapping[str, Any]], Iterator[Found]]] = {
        "document": _document, "episode": _episode, "entity": _entity, "fact": fact,
        "memory": _memory, "memory_block": _block,
    }  # fmt: skip
    for kind, file in FILES.items():
        for value, place in _rows(path, file, on_bad):
            yield from each([value], f"{place}, {kind}", readers[kind], on_bad)
    if count := sum(1 for _ in _rows(path, RAW, _quiet)):
        yield Left("nodes of no kind", count)


def _rows(path: Path, name: str, on_bad: OnBad) -> Iterator[tuple[Any, str]]:
    """The values of a file, and where each stood; nothing where there is no such file."""
    if path.is_dir():
        if file := plain_file(path, name):
            yield from ((item.value, f"{name}, {item.place}") for item in read_items(file, on_bad))
        return
    with opened_zip(path) as archive:
        inside = [info for info in archive.infolist() if Path(info.filename).name == name]
        for info in inside[:1]:
            with member_text(archive, info, path) as stream:
                items = items_of(stream, f"{path}/{name}", on_bad)
                yield from ((item.value, f"{name}, {item.place}") for item in items)


def _quiet(*_: str) -> None:
    """Faults are told when the records themselves are read."""


def _shared(raw: Mapping[str, Any], *only: str) -> dict[str, Any]:
    """Whose it is and since when; part of it where names are given."""
    scope = raw.get("scope") or {}
    found = {
        "user": name_of(scope.get("user_id")),
        "agent": name_of(scope.get("agent_id")),
        "session": name_of(scope.get("session_id") or scope.get("run_id")),
        "since": moment(raw.get("created_at") or raw.get("updated_at")),
    }
    return {name: found[name] for name in ("user", "agent", *only)} if only else found


def _labels(raw: Mapping[str, Any], **more: Any) -> dict[str, str]:
    system = raw.get("external_system")
    own = {**more, "system": None if system in (None, "unknown") else system}
    return {**labels_of(raw.get("metadata")), **labels_of(own)}


def _document(raw: Mapping[str, Any]) -> Iterator[Found]:
    labels = _labels(raw, title=raw.get("title"), mime_type=raw.get("mime_type"))
    yield Memo(ref_of(raw["external_id"]), words_of(raw["content"]), labels=labels, **_shared(raw))


def _episode(raw: Mapping[str, Any]) -> Iterator[Found]:
    ref, shared = ref_of(raw["external_id"]), _shared(raw)
    shared["session"] = shared["session"] or ref
    for number, turn in enumerate(raw.get("turns") or ()):
        at = moment(turn.get("occurred_at"))
        yield Memo(
            ref=f"{ref}#{number}",
            text=words_of(turn["content"]),
            role=str(turn["role"]),
            valid=interval(at or shared["since"], None),
            whole=ref,
            labels=_labels(raw, title=raw.get("title")),
            **{**shared, "since": shared["since"] or at},
        )


def _entity(raw: Mapping[str, Any]) -> Iterator[Found]:
    ref, name = ref_of(raw["external_id"]), words_of(raw["name"])
    who = Who(name, str(raw.get("entity_type") or ""), texts(raw.get("aliases")))
    labels = {**labels_of(raw.get("attributes")), **_labels(raw)}
    yield Memo(ref, name, about=who, labels=labels, **_shared(raw))
    if raw.get("description"):
        words = words_of(raw["description"])
        yield Memo(ref + DESCRIPTION, words, about=Sums(ref), **_shared(raw))


def _fact(raw: Mapping[str, Any], subject: str, object: str) -> Memo:  # noqa: A002 (of a triplet)
    relation = str(raw["predicate"])
    told = raw.get("fact_text") or f"{raw['subject_ref']} {relation} {raw['object_ref']}"
    return Memo(
        ref=ref_of(raw["external_id"]),
        text=words_of(told),
        about=Says(subject, relation, object),
        valid=interval(moment(raw.get("valid_at")), moment(raw.get("invalid_at"))),
        sources=texts(raw.get("provenance")),
        labels=_labels(raw, confidence=raw.get("confidence"), provenance=raw.get("provenance")),
        **_shared(raw),
    )


def _memory(raw: Mapping[str, Any]) -> Iterator[Found]:
    shared = _shared(raw)
    yield Memo(
        ref=ref_of(raw["external_id"]),
        text=words_of(raw["content"]),
        valid=interval(shared["since"], None),
        labels=_labels(raw, categories=raw.get("categories")),
        **shared,
    )


def _block(raw: Mapping[str, Any]) -> Iterator[Found]:
    labels = _labels(raw, label=raw.get("label"), limit=raw.get("limit"))
    ref, words = ref_of(raw["external_id"]), words_of(raw["value"])
    yield Memo(ref, words, kind="block", labels=labels, **_shared(raw))
