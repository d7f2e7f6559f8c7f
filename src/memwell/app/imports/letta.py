"""Letta's agent files (.af): messages, memory blocks and archival passages of every agent.

Both layouts are read: that of several agents with their blocks beside them, and the older one of a
single agent whose blocks are its core memory.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from memwell.app.imports import openai
from memwell.app.imports.moments import moment
from memwell.app.imports.reading import each, listed
from memwell.app.imports.records import (
    Found,
    Left,
    Memo,
    interval,
    labels_of,
    name_of,
    ref_of,
    texts,
    words_of,
)
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import OnBad

TITLE = "Letta agent file"
BLOCK, PASSAGE = "block", "passage"
PASSAGES = ("archival_memory", "archival_passages", "passages")
KEPT = "messages blocks core_memory memory_blocks".split()
LEFT = {  # what an agent is made of beside its memory
    "tools": "tools", "sources": "sources", "groups": "groups", "mcp_servers": "MCP servers",
}  # fmt: skip
META = ("label", "description", "limit", "read_only", "tags")


def matches(first: Any) -> bool:
    if not isinstance(first, Mapping):
        return False
    agents = listed(first, "agents")
    many = agents and isinstance(agents[0], Mapping) and "blocks" in first
    return bool(many) or (
        isinstance(first.get("core_memory"), list)
        and ("agent_type" in first or "messages" in first)
    )


def read(path: Path, on_bad: OnBad) -> Iterator[Found]:
    for item in exported_items(path, on_bad):
        if not matches(item.value):
            on_bad(item.place, "expected an agent file with 'agents' and 'blocks'")
        elif "core_memory" in item.value:
            yield from _single(item.value, path.stem, on_bad)
        else:
            yield from _several(item.value, on_bad)


def _several(file: Mapping[str, Any], on_bad: OnBad) -> Iterator[Found]:
    owners: dict[str, list[str]] = {}
    for agent in filter(_is_object, file["agents"]):
        name = name_of(agent.get("name")) or name_of(agent.get("id")) or "agent"
        for id in texts(agent.get("block_ids")):
            owners.setdefault(id, []).append(name)
        yield from _agent(agent, name, on_bad)
        yield from _blocks(listed(agent, "memory_blocks"), name, on_bad)
    for block in file["blocks"]:
        names = owners.get(str(block.get("id")), []) if _is_object(block) else []
        # A block that several agents share is no single one's.
        yield from _blocks([block], names[0] if len(names) == 1 else None, on_bad)
    yield from each(listed(file, *PASSAGES), PASSAGE, lambda raw: _passage(raw, None), on_bad)
    yield from each(listed(file, "files"), "file", _file, on_bad)
    for field, what in LEFT.items():
        if found := listed(file, field):
            yield Left(what, len(found))


def _single(agent: Mapping[str, Any], stem: str, on_bad: OnBad) -> Iterator[Found]:
    name = name_of(agent.get("name")) or stem
    yield from _agent(agent, name, on_bad)
    yield from _blocks(listed(agent, "core_memory"), name, on_bad)
    if tools := listed(agent, "tools"):
        yield Left("tools", len(tools))


def _agent(agent: Mapping[str, Any], name: str, on_bad: OnBad) -> Iterator[Found]:
    """What it was told and said, and what it filed away."""
    session = name_of(agent.get("id")) or name

    def turn(raw: Mapping[str, Any]) -> Iterator[Found]:
        yield from _turn(raw, name, session, len(numbers), on_bad)
        numbers.append(len(numbers))

    numbers: list[int] = []
    yield from each(listed(agent, "messages"), f"agent {name}, message", turn, on_bad)
    passages = listed(agent, *PASSAGES)
    yield from each(passages, f"agent {name}, {PASSAGE}", lambda raw: _passage(raw, name), on_bad)
    if agent.get("system"):
        yield Left("system prompts")


def _turn(
    raw: Mapping[str, Any], agent: str, session: str, number: int, on_bad: OnBad
) -> Iterator[Found]:
    content = raw.get("content", raw.get("text"))
    said = openai.message({**raw, "content": content, "created_at": None}, "message", on_bad)
    if not said.text:
        return
    at = moment(raw.get("created_at"))
    yield Memo(
        ref=name_of(raw.get("id")) or f"{session}/message/{number}",
        text=words_of(said.text),
        role=said.role,
        speaker=said.name,
        agent=agent,
        session=session,
        valid=interval(at, None),
        since=at,
    )


def _blocks(raws: list[Any], agent: str | None, on_bad: OnBad) -> Iterator[Found]:
    def block(raw: Mapping[str, Any]) -> Iterator[Found]:
        metadata = raw.get("metadata") or raw.get("metadata_")
        if not raw.get("value"):
            yield Left("empty memory blocks")
            return
        yield Memo(
            ref=name_of(raw.get("id")) or f"{agent or ''}/{BLOCK}/{raw['label']}",
            text=words_of(raw["value"]),
            kind=BLOCK,
            agent=agent,
            since=moment(raw.get("created_at")),
            labels={**labels_of(metadata), **labels_of({name: raw.get(name) for name in META})},
        )

    yield from each(raws, "memory block", block, on_bad)


def _passage(raw: Mapping[str, Any], agent: str | None) -> Iterator[Found]:
    at = moment(raw.get("created_at"))
    yield Memo(
        ref=ref_of(raw.get("id") or raw.get("text")),
        text=words_of(raw["text"]),
        agent=agent,
        valid=interval(at, None),
        since=at,
        labels={
            **labels_of(raw.get("metadata") or raw.get("metadata_")),
            **labels_of({"tags": raw.get("tags"), PASSAGE: True}),
        },
    )


def _file(raw: Mapping[str, Any]) -> Iterator[Found]:
    if not raw.get("content"):
        yield Left("files without their content")
        return
    name = raw.get("original_file_name") or raw.get("file_name")
    yield Memo(
        ref=ref_of(raw["id"]), text=words_of(raw["content"]), labels=labels_of({"file": name})
    )


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
