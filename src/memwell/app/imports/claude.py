"""Claude's export: conversations.json with `chat_messages`, or the zip or folder it comes in."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import Item, OnBad
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

TITLE = "Claude export"
ROLES = {"human": "user"}


def matches(first: Any) -> bool:
    return isinstance(first, Mapping) and isinstance(first.get("chat_messages"), list)


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    for item in exported_items(path, on_bad):
        if not matches(item.value):
            on_bad(item.place, "expected a conversation with a list of 'chat_messages'")
        elif (found := conversation(item, on_bad)).messages:
            yield found


def conversation(item: Item, on_bad: OnBad) -> Conversation:
    """One exported conversation."""
    fields = item.value
    messages = []
    for number, raw in enumerate(fields["chat_messages"], start=1):
        try:
            message = _message(raw)
        except (InvalidInput, TypeError, AttributeError, KeyError) as fault:
            on_bad(f"{item.place}, message {number}", f"expected a chat message ({fault!r})")
            continue
        if message.text:
            messages.append(message)
    session = str(fields.get("uuid") or item.place)
    return Conversation(tuple(messages), session=session, at=moment(fields.get("created_at")))


def _message(raw: Mapping[str, Any]) -> Message:
    blocks = raw.get("content") or ()
    texts = [text for block in blocks if (text := _words(block))]
    return Message(
        content="\n".join(texts) or raw.get("text") or "",
        role=ROLES.get(raw["sender"], raw["sender"]),
        at=moment(raw.get("created_at")),
        ref=raw.get("uuid"),
        attachments=_attached(raw),
    )


def _words(block: Mapping[str, Any]) -> str:
    """The words of one block of content, whatever kind it is."""
    match block.get("type"):
        case "text":
            return str(block.get("text") or "")
        case "thinking":
            return str(block.get("thinking") or "")
        case "tool_use":
            return f"called {block.get('name')}({block.get('input')})"
        case "tool_result":
            inner = block.get("content")
            return inner if isinstance(inner, str) else _joined(inner or ())
    return ""


def _joined(blocks: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(text for block in blocks if (text := _words(block)))


def _attached(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Files by name; a pasted text with its content, which is found nowhere else."""
    pasted = (
        ": ".join(part for part in (each.get("file_name"), each.get("extracted_content")) if part)
        for each in raw.get("attachments") or ()
    )
    files = (each.get("file_name") or "file" for each in raw.get("files") or ())
    return tuple(shown for shown in (*pasted, *files) if shown)
