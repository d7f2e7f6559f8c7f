"""OpenAI-style messages, as JSON or JSON Lines.

A file is a list of messages, `{"messages": [...]}` objects (one, a list of them, or one a line),
a list of lists of messages, or one message a line. Ids and times are kept where there are any.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from memwell.app.imports.moments import moment
from memwell.app.imports.source import exported_items
from memwell.bench.json_items import Item, OnBad
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message

TITLE = "OpenAI-style messages"
SESSION = ("session", "session_id", "conversation_id", "thread_id", "conversation", "thread")
TIME = ("at", "timestamp", "created_at", "create_time", "created", "date", "time")
CONTENT = frozenset({"content", "tool_calls"})
WORDS = ("text", "transcript", "refusal")  # the parts that hold words, by their field
SHOWN = ("filename", "file_id", "url")


def matches(first: Any) -> bool:
    if isinstance(first, Sequence) and not isinstance(first, str) and first:
        return _is_message(first[0])
    return _is_message(first) or (
        isinstance(first, Mapping) and isinstance(first.get("messages"), list)
    )


def read(path: Path, on_bad: OnBad) -> Iterator[Conversation]:
    stem, count = path.stem, 0
    for single, group in groupby(exported_items(path, on_bad), lambda item: _thread(item.value)):
        for raw, session, at, place in _raw(single, list(group) if single else group, on_bad):
            count += 1
            name = str(session) if session else (stem if single else f"{stem}-{count}")
            conversation = _conversation(raw, name, at, place, on_bad)
            if conversation.messages:
                yield conversation


Raw = tuple[Sequence[tuple[str, Any]], Any, Any, str]  # placed messages, session, time, place


def _thread(value: Any) -> tuple[str | None] | None:
    """The thread of a loose message, as a key that is true; None for whole conversations."""
    return (_first(value, SESSION),) if _is_message(value) else None


def _raw(
    thread: tuple[str | None] | None, items: Iterator[Item] | list[Item], on_bad: OnBad
) -> Iterator[Raw]:
    if thread:
        placed = [(item.place, item.value) for item in items]
        yield placed, thread[0], None, placed[0][0]
        return
    for item in items:
        value = item.value
        fields = value if isinstance(value, Mapping) else {"messages": value}
        messages = fields.get("messages")
        if not isinstance(messages, list):
            on_bad(item.place, "expected a message, or an object with a list of 'messages'")
            continue
        placed = [(f"{item.place}, message {n}", raw) for n, raw in enumerate(messages, start=1)]
        yield placed, _first(fields, (*SESSION, "id")), _first(fields, TIME), item.place


def _conversation(
    raw: Sequence[tuple[str, Any]], session: str, at: Any, place: str, on_bad: OnBad
) -> Conversation:
    messages = []
    for where, value in raw:
        if not _is_message(value):
            on_bad(where, "expected an object with 'role' and 'content'")
        elif (read := message(value, where, on_bad)).text:
            messages.append(read)
    began = _time(at, place, on_bad) or next((m.at for m in messages if m.at), None)
    return Conversation(tuple(messages), session=session, at=began)


def message(fields: Mapping[str, Any], place: str, on_bad: OnBad) -> Message:
    """A message; tool calls, pictures and files become attachments."""
    texts, shown = _content(fields.get("content"), place, on_bad)
    calls = [_call(call) for call in fields.get("tool_calls") or ()]
    reference = fields.get("id")
    return Message(
        content="\n".join(texts),
        role=str(fields["role"]),
        name=str(fields["name"]) if fields.get("name") else None,
        at=_time(_first(fields, TIME), place, on_bad),
        ref=None if reference is None else str(reference),
        attachments=(*shown, *calls),
    )


def _content(content: Any, place: str, on_bad: OnBad) -> tuple[list[str], list[str]]:
    """Texts, and descriptions of what is no text."""
    if content is None or isinstance(content, str):
        return [content] if content else [], []
    texts, shown = [], []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            texts.append(part)
        elif not isinstance(part, Mapping):
            on_bad(place, f"expected a content part, found {part!r}")
        elif words := _words(part):
            texts.append(words)
        else:
            shown.append(_described(part))
    return texts, shown


def _words(part: Mapping[str, Any]) -> str:
    """The words of a text, refusal or transcribed audio part."""
    nested = part.get("input_audio") or part.get("audio") or {}
    for holder in (part, nested):
        for field in WORDS:
            if isinstance(holder, Mapping) and isinstance(holder.get(field), str):
                return str(holder[field])
    return ""


def _described(part: Mapping[str, Any]) -> str:
    kind = str(part.get("type", "part"))
    inner = part.get(kind)
    holder = inner if isinstance(inner, Mapping) else part
    named = next((str(holder[field]) for field in SHOWN if holder.get(field)), "")
    return f"{kind} {named}".strip() if not named.startswith("data:") else kind


def _call(call: Any) -> str:
    function = call.get("function", call) if isinstance(call, Mapping) else {}
    return f"called {function.get('name')}({function.get('arguments', '')})"


def _time(value: Any, place: str, on_bad: OnBad) -> datetime | None:
    """The moment; one that cannot be read is reported, and the message kept without it."""
    try:
        return moment(value)
    except InvalidInput as fault:
        on_bad(place, f"its time is left out: {fault}")
        return None


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and "role" in value and bool(CONTENT & value.keys())


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The first field that is set."""
    return next((fields[name] for name in names if fields.get(name) not in (None, "")), None)
