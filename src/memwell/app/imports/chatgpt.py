"""ChatGPT's export: conversations.json, or the zip or folder it comes in.

Each conversation is a tree of messages, because answers can be asked for again and questions
edited. The path that ends at `current_node` is what the user last saw; it is what is read.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import Item, OnBad
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

TITLE = "ChatGPT export"
# Where each type of content keeps its words.
FIELDS = {
    "code": ("text",),
    "execution_output": ("text",),
    "tether_quote": ("title", "text"),
    "tether_browsing_display": ("result",),
    "reasoning_recap": ("content",),
    "system_error": ("text",),
    "user_editable_context": ("user_profile", "user_instructions"),
    "model_editable_context": ("model_set_context",),
}


def matches(first: Any) -> bool:
    return isinstance(first, Mapping) and isinstance(first.get("mapping"), Mapping)


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    for item in exported_items(path, on_bad):
        if not matches(item.value):
            on_bad(item.place, "expected a conversation with a 'mapping' of messages")
        elif (found := conversation(item, on_bad)).messages:
            yield found


def conversation(item: Item, on_bad: OnBad) -> Conversation:
    """One exported conversation, along its current path."""
    fields = item.value
    messages = []
    for id in current_path(fields["mapping"], fields.get("current_node")):
        raw = fields["mapping"][id].get("message")
        if not raw or _hidden(raw):
            continue
        try:
            message = _message(id, raw)
        except (InvalidInput, TypeError, AttributeError, KeyError) as fault:
            on_bad(f"{item.place}, message {id}", str(fault))
            continue
        if message.text:
            messages.append(message)
    return Conversation(
        tuple(messages),
        session=str(fields.get("conversation_id") or fields.get("id") or item.place),
        at=moment(fields.get("create_time")),
    )


def current_path(mapping: Mapping[str, Any], current: str | None) -> list[str]:
    """Ids from the root to the current node; to the newest leaf where none is named."""
    node = current if current in mapping else _newest_leaf(mapping)
    path: list[str] = []
    while node is not None and node in mapping and node not in path:
        path.append(node)
        node = mapping[node].get("parent")
    return path[::-1]


def _newest_leaf(mapping: Mapping[str, Any]) -> str | None:
    leaves = [id for id, node in mapping.items() if not node.get("children")]
    times = {id: (mapping[id].get("message") or {}).get("create_time") or 0 for id in leaves}
    return max(leaves, key=lambda id: times[id], default=None)


def _hidden(raw: Mapping[str, Any]) -> bool:
    """System messages that the user never saw."""
    metadata = raw.get("metadata") or {}
    return bool(metadata.get("is_visually_hidden_from_conversation"))


def _message(id: str, raw: Mapping[str, Any]) -> Message:
    author = raw["author"]
    text, shown = _content(raw.get("content") or {})
    attached = (raw.get("metadata") or {}).get("attachments") or ()
    names = tuple(f"file {each['name']}" for each in attached if each.get("name"))
    return Message(
        content=text,
        role=author["role"],
        name=author.get("name") or None,
        at=moment(raw.get("create_time")),
        ref=str(raw.get("id") or id),
        attachments=(*shown, *names),
    )


def _content(content: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Words, and descriptions of pictures and sounds."""
    if "parts" in content:
        return _parts(content["parts"])
    kind = content.get("content_type", "text")
    if kind == "thoughts":
        thoughts = content.get("thoughts") or ()
        return "\n".join(str(each.get("content") or each.get("summary")) for each in thoughts), ()
    if kind not in FIELDS:
        raise InvalidInput(f"content of type {kind!r} is not known; expected text")
    return "\n".join(str(content[field]) for field in FIELDS[kind] if content.get(field)), ()


def _parts(parts: list[Any]) -> tuple[str, tuple[str, ...]]:
    texts, shown = [], []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            texts.append(part["text"])  # spoken words, transcribed
        elif isinstance(part, Mapping):
            shown.append(_shown(part))
    return "\n".join(text for text in texts if text), tuple(shown)


def _shown(part: Mapping[str, Any]) -> str:
    """What a picture or sound is called; pictures that were made bear the words they came from."""
    made = ((part.get("metadata") or {}).get("dalle") or {}).get("prompt")
    kind = str(part.get("content_type", "part")).replace("_asset_pointer", "")
    return f"{kind}: {made}" if made else kind
