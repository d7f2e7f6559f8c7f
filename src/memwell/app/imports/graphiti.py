"""Graphs of Zep and Graphiti, saved as JSON: episodes, entities, and facts with their four times.

The fields are those of the models that both give back: `valid_at` and `invalid_at` are when a fact
held in the world, `created_at` and `expired_at` when the graph held it for true. What was built is
labelled as `plaintext:zep` labels its own, so that strategy goes on with it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.app.imports.reading import each, listed
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
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import OnBad

TITLE = "Zep or Graphiti graph"
EPISODES = ("episodes", "episodic_nodes")
ENTITIES = ("entity_nodes", "entities", "nodes")
FACTS = ("entity_edges", "facts", "edges")
MENTIONS = ("episodic_edges", "mentions")
LEFT = {
    "communities": "communities", "community_nodes": "communities", "sagas": "sagas",
}  # fmt: skip
SUMMARY = "#summary"  # after the ref of the entity that it is about
ANYTHING = "Entity"  # the label that every entity has
ROLES = {"human": "user", "ai": "assistant"}


def matches(first: Any) -> bool:
    if not isinstance(first, Mapping):
        return False
    episodes, facts, entities = (listed(first, *names) for names in (EPISODES, FACTS, ENTITIES))
    return (
        _has(facts, "fact", "source_node_uuid")
        or _has(episodes, "uuid", "content")
        or (_has(entities, "uuid", "name") and ("edges" in first or "entity_edges" in first))
    )


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    for item in exported_items(path, on_bad):
        if matches(item.value):
            yield from _graph(item.value, on_bad)
        else:
            on_bad(item.place, "expected an object with episodes, nodes and edges")


def _graph(file: Mapping[str, Any], on_bad: OnBad) -> Iterator[Found]:
    episodes, facts = listed(file, *EPISODES), listed(file, *FACTS)
    named_in = _named_in(listed(file, *MENTIONS), facts)

    def entity(raw: Mapping[str, Any]) -> Iterator[Found]:
        yield from _entity(raw, tuple(named_in[str(raw["uuid"])]))

    yield from each(episodes, "episode", _episode, on_bad)
    yield from each(listed(file, *ENTITIES), "entity", entity, on_bad)
    yield from each(facts, "fact", _fact, on_bad)
    for field, what in LEFT.items():
        if found := listed(file, field):
            yield Left(what, len(found))


def _named_in(mentions: list[Any], facts: list[Any]) -> dict[str, dict[str, None]]:
    """Episodes that every entity is named in, as edges tell, or else its facts."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for edge in filter(_is_object, mentions):
        found[str(edge.get("target_node_uuid"))][str(edge.get("source_node_uuid"))] = None
    for fact in filter(_is_object, facts):
        for end in ("source_node_uuid", "target_node_uuid"):
            found[str(fact.get(end))] |= dict.fromkeys(map(str, fact.get("episodes") or ()))
    return found


def _owner(raw: Mapping[str, Any]) -> str | None:
    """Zep's graphs are users', Graphiti's are groups."""
    return name_of(raw.get("user_id")) or name_of(raw.get("group_id"))


def _episode(raw: Mapping[str, Any]) -> Iterator[Found]:
    created = moment(raw.get("created_at"))
    role = str(raw.get("role_type") or raw.get("role") or "user")
    yield Memo(
        ref=ref_of(raw["uuid"]),
        text=words_of(raw["content"]),
        role=ROLES.get(role, role),
        speaker=name_of(raw.get("role")) if raw.get("role_type") else None,
        user=_owner(raw),
        session=name_of(raw.get("thread_id") or raw.get("session_id")),
        valid=interval(moment(raw.get("valid_at")) or created, None),
        since=created,
        labels=labels_of({
            "title": raw.get("name"),
            "source": raw.get("source"),
            "described": raw.get("source_description"),
        }),
    )  # fmt: skip


def _entity(raw: Mapping[str, Any], named_in: tuple[str, ...]) -> Iterator[Found]:
    ref, name = ref_of(raw["uuid"]), words_of(raw["name"])
    kinds = [kind for kind in texts(raw.get("labels")) if kind != ANYTHING]
    shared: dict[str, Any] = {"user": _owner(raw), "since": moment(raw.get("created_at"))}
    yield Memo(
        ref, name, about=Who(name, kinds[0] if kinds else ""), sources=named_in,
        labels=labels_of(raw.get("attributes"), "labels"), **shared,
    )  # fmt: skip
    if raw.get("summary"):
        yield Memo(
            ref + SUMMARY, words_of(raw["summary"]), about=Sums(ref), sources=named_in, **shared
        )


def _fact(raw: Mapping[str, Any]) -> Iterator[Found]:
    if raw.get("fact_embedding"):
        yield Left("embeddings, which are made anew")
    yield Memo(
        ref=ref_of(raw["uuid"]),
        text=words_of(raw.get("fact") or raw.get("name")),
        about=Says(
            str(raw["source_node_uuid"]), str(raw.get("name") or ""),
            name_of(raw.get("target_node_uuid")),
        ),
        user=_owner(raw),
        valid=interval(moment(raw.get("valid_at")), moment(raw.get("invalid_at"))),
        since=moment(raw.get("created_at")),
        expired=moment(raw.get("expired_at")),
        sources=texts(raw.get("episodes")),
        labels=labels_of(raw.get("attributes")),
    )  # fmt: skip


def _has(raws: list[Any], *names: str) -> bool:
    return bool(raws) and _is_object(raws[0]) and all(name in raws[0] for name in names)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
