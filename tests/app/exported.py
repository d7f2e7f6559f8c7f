"""Small exports of other memory systems, with the fields that those write."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from memwell.app.ingestion import Imported, adopt, survey
from memwell.kernel.memory import Memory


def write(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


MEM0 = {
    "results": [
        {
            "id": "892db2ae-06d9-49e5-8b3e-585ef9b85b8e",
            "memory": "Lives in Lisbon",
            "hash": "c0ffee",
            "metadata": {"topic": "home", "rank": 2, "role": "traveller"},
            "created_at": "2024-05-01T10:22:00.123456-07:00",
            "updated_at": "2024-06-02T08:00:00+00:00",
            "user_id": "ana",
            "run_id": "trip",
        },
        {
            "id": "0f1e", "memory": "Allergic to nuts", "hash": "beef", "metadata": None,
            "created_at": "2024-05-03T10:00:00Z", "updated_at": None, "user_id": "bob",
            "agent_id": "cook", "expiration_date": "2099-01-01",
        },
    ]
}  # fmt: skip

LETTA = {
    "agents": [
        {
            "id": "agent-0",
            "name": "companion",
            "system": "You are a companion.",
            "block_ids": ["block-0", "block-1"],
            "in_context_message_ids": ["message-0"],
            "messages": [
                {"id": "message-0", "role": "user", "created_at": "2025-01-02T03:04:05Z",
                 "content": [{"type": "text", "text": "I moved to Porto"}], "agent_id": "agent-0"},
                {"id": "message-1", "role": "assistant", "created_at": "2025-01-02T03:04:09Z",
                 "content": "Noted", "tool_calls": [
                     {"id": "c", "type": "function",
                      "function": {"name": "core_memory_append", "arguments": "{}"}}]},
            ],
            "tool_ids": ["tool-0"],
        }
    ],
    "groups": [],
    "blocks": [
        {"id": "block-0", "label": "human", "value": "Name: Ana", "limit": 5000,
         "description": "About the person", "metadata": {"colour": "blue"}},
        {"id": "block-1", "label": "persona", "value": "", "limit": 5000},
    ],
    "files": [],
    "sources": [],
    "tools": [{"id": "tool-0", "name": "core_memory_append"}],
    "mcp_servers": [],
    "archival_passages": [
        {"id": "passage-0", "text": "Likes port wine", "created_at": "2025-01-05T00:00:00Z",
         "tags": ["taste"]},
    ],
    "metadata": {"revision_id": "x"},
    "created_at": "2025-02-01T00:00:00Z",
}  # fmt: skip

OLD_LETTA = {
    "agent_type": "memgpt_agent",
    "name": "old friend",
    "core_memory": [{"label": "human", "value": "Chad", "limit": 2000, "created_at": "2025-01-01"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}],
                  "created_at": "2025-01-02T03:04:05Z"}],
    "tools": [],
    "version": "0.6.47",
}  # fmt: skip

GRAPH = {
    "episodes": [
        {"uuid": "ep-1", "name": "chat 1", "group_id": "ana", "content": "I work at Acme now.",
         "source": "message", "source_description": "chat", "created_at": "2024-01-10T09:00:00Z",
         "valid_at": "2024-01-09T09:00:00Z", "entity_edges": ["f-1"]},
        {"uuid": "ep-2", "name": "chat 2", "group_id": "ana", "content": "I left Acme for Globex.",
         "source": "message", "source_description": "chat", "created_at": "2025-01-10T09:00:00Z",
         "valid_at": "2025-01-10T09:00:00Z", "entity_edges": ["f-1", "f-2"]},
    ],
    "nodes": [
        {"uuid": "n-ana", "name": "Ana", "group_id": "ana", "labels": ["Entity", "Person"],
         "created_at": "2024-01-10T09:00:01Z", "summary": "Ana has worked at two firms.",
         "attributes": {"age": 31}},
        {"uuid": "n-acme", "name": "Acme", "group_id": "ana", "labels": ["Entity"],
         "created_at": "2024-01-10T09:00:01Z", "summary": "", "attributes": {}},
        {"uuid": "n-globex", "name": "Globex", "group_id": "ana", "labels": ["Entity"],
         "created_at": "2025-01-10T09:00:01Z", "summary": "", "attributes": {}},
    ],
    "edges": [
        {"uuid": "f-1", "group_id": "ana", "source_node_uuid": "n-ana",
         "target_node_uuid": "n-acme", "name": "WORKS_AT", "fact": "Ana works at Acme",
         "episodes": ["ep-1"], "created_at": "2024-01-10T09:00:02Z",
         "valid_at": "2024-01-09T00:00:00Z", "invalid_at": "2025-01-01T00:00:00Z",
         "expired_at": "2025-01-10T09:00:02Z", "attributes": {}},
        {"uuid": "f-2", "group_id": "ana", "source_node_uuid": "n-ana",
         "target_node_uuid": "n-globex", "name": "WORKS_AT", "fact": "Ana works at Globex",
         "episodes": ["ep-2"], "created_at": "2025-01-10T09:00:02Z",
         "valid_at": "2025-01-01T00:00:00Z", "invalid_at": None, "expired_at": None},
    ],
    "communities": [{"uuid": "c-1", "name": "work"}],
}  # fmt: skip

MCP = [
    {"type": "entity", "name": "Ana", "entityType": "person",
     "observations": ["Speaks Portuguese", "Plays chess"]},
    {"type": "entity", "name": "Porto", "entityType": "city", "observations": []},
    {"type": "relation", "from": "Ana", "to": "Porto", "relationType": "lives_in"},
]  # fmt: skip

COGX = {
    "manifest.json": {"cogx_version": "0.1", "source_system": "cognee", "counts": {}},
    "documents.jsonl": [
        {"kind": "document", "external_id": "d-1", "content": "A report.", "title": "Report",
         "scope": {"user_id": "ana"}, "created_at": "2024-02-01T00:00:00Z", "metadata": {}},
    ],
    "episodes.jsonl": [
        {"kind": "episode", "external_system": "zep", "external_id": "e-1",
         "scope": {"user_id": "ana", "session_id": "s-1"}, "created_at": "2024-02-02T00:00:00Z",
         "turns": [{"role": "user", "content": "I live in Porto",
                    "occurred_at": "2024-02-02T10:00:00Z"},
                   {"role": "assistant", "content": "Lovely"}], "metadata": {}},
    ],
    "entities.jsonl": [
        {"kind": "entity", "external_id": "n-1", "name": "Ana", "entity_type": "Person",
         "description": "A traveller", "aliases": ["Anita"], "attributes": {},
         "scope": {"user_id": "ana"}, "metadata": {}},
    ],
    "facts.jsonl": [
        {"kind": "fact", "external_id": "f-1", "subject_ref": "n-1", "predicate": "lives_in",
         "object_ref": "Porto", "fact_text": "Ana lives in Porto", "confidence": 0.9,
         "valid_at": "2024-02-01T00:00:00Z", "invalid_at": "2024-12-01T00:00:00Z",
         "provenance": ["e-1"], "scope": {"user_id": "ana"}, "metadata": {}},
    ],
    "memories.jsonl": [
        {"kind": "memory", "external_id": "m-1", "content": "Likes tea", "categories": ["taste"],
         "scope": {"user_id": "ana"}, "created_at": "2024-02-03T00:00:00Z", "metadata": {"a": 1}},
    ],
    "memory_blocks.jsonl": [
        {"kind": "memory_block", "external_id": "b-1", "label": "human", "value": "Ana",
         "limit": 100, "scope": {"agent_id": "companion"}, "metadata": {}},
    ],
    "nodes.jsonl": [{"id": "x", "type": "Odd"}],
}  # fmt: skip


def cogx(folder: Path) -> Path:
    for name, content in COGX.items():
        write(folder, name, lines(*content) if isinstance(content, list) else content)
    return folder


NOTES = {
    "Home.md": "---\nvalid: 2024-03-01\nuser: ana\ntags: [home, city]\n---\nI live in [[Porto]].\n",
    "places/Porto.md": "---\nuser: ana\nlabels:\n  country: Portugal\n---\nA city on the Douro.\n",
    ".obsidian/hidden.md": "not a note\n",
}


def notes(folder: Path) -> Path:
    for name, content in NOTES.items():
        write(folder, name, content)
    return folder


def history(path: Path) -> Path:
    """mem0's SQLite file: one memory that was changed, one that was deleted."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE history (id TEXT PRIMARY KEY, memory_id TEXT, old_memory TEXT,"
        " new_memory TEXT, event TEXT, created_at DATETIME, updated_at DATETIME,"
        " is_deleted INTEGER, actor_id TEXT, role TEXT)"
    )
    rows = [
        ("h1", "m1", None, "Lives in Porto", "ADD", "2024-01-01T00:00:00Z", None, 0, None, None),
        ("h2", "m1", "Lives in Porto", "Lives in Lisbon", "UPDATE", "2024-01-01T00:00:00Z",
         "2024-06-01T00:00:00Z", 0, None, None),
        ("h3", "m2", None, "Has a cat", "ADD", "2024-02-01T00:00:00Z", None, 0, "ana", "user"),
        ("h4", "m2", "Has a cat", None, "DELETE", "2024-02-01T00:00:00Z", "2024-07-01T00:00:00Z",
         1, None, None),
    ]  # fmt: skip
    connection.executemany("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


FILES = {
    "mem0": lambda folder: write(folder, "all.json", MEM0),
    "letta": lambda folder: write(folder, "agent.af", LETTA),
    "graphiti": lambda folder: write(folder, "graph.json", GRAPH),
    "mcp": lambda folder: write(folder, "memory.jsonl", lines(*MCP)),
    "cogx": lambda folder: cogx(folder / "cogx"),
    "markdown": lambda folder: notes(folder / "notes"),
}


def taken(memory: Memory, path: Path, name: str | None = None) -> Imported:
    """What an import did; nothing of the file was unreadable."""
    found = survey(path, name)
    assert found.faults == []
    adopt(memory, path, found, done := Imported(), lambda _: None)
    return done
