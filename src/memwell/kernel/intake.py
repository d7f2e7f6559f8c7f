"""Turns what applications hand in into messages: text, OpenAI-style dicts, or Message values."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from memwell.core.clock import aware
from memwell.core.errors import InvalidInput
from memwell.core.message import Message

RESERVED = frozenset({"role", "turn", "speaker", "ref"})  # set by memwell itself
Said = str | Message | Mapping[str, Any]
Messages = Said | Iterable[Said]


def as_messages(given: Messages) -> tuple[Message, ...]:
    """One or many messages, in order. Raises InvalidInput naming the one that cannot be read."""
    many = [given] if isinstance(given, str | Message | Mapping) else list(given)
    messages = tuple(_storable(_message(said, place)) for place, said in enumerate(many))
    if not any(message.text for message in messages):
        raise InvalidInput("there is nothing to remember: no message has any text")
    return messages


def as_labels(given: Mapping[str, Any] | None) -> dict[str, str]:
    """Labels as text. Raises InvalidInput for names that memwell sets itself, or other values."""
    found: dict[str, str] = {}
    for name, value in (given or {}).items():
        if not name or str(name) in RESERVED:
            raise InvalidInput(f"a label cannot be called {name!r}: memwell sets that one itself")
        if not isinstance(value, str | bool | int | float):
            raise InvalidInput(f"label {name!r} is a {type(value).__name__}; give text or a number")
        found[_whole(str(name))] = _whole(str(value))
    return found


def _message(said: Said, place: int) -> Message:
    match said:
        case str():
            return Message(said)
        case Message():
            return replace(said, at=_moment(said.at, place))
        case Mapping():
            return _from_mapping(said, place)
    raise InvalidInput(
        f"message {place} is a {type(said).__name__}; give text, a Message, or a dict with "
        "'role' and 'content'"
    )


def _from_mapping(fields: Mapping[str, Any], place: int) -> Message:
    """An OpenAI chat message; tool calls and image parts are kept as descriptions."""
    if "content" not in fields:
        raise InvalidInput(f"message {place} has no 'content'")
    text, attachments = _content(fields["content"], place)
    return Message(
        content=text,
        role=str(fields.get("role", "user")),
        name=_optional(fields.get("name")),
        at=_moment(fields.get("at") or fields.get("timestamp"), place),
        ref=_optional(fields.get("id")),
        attachments=(*attachments, *_calls(fields.get("tool_calls"), place)),
    )


def _optional(value: Any) -> str | None:
    return None if value is None else str(value)


def _storable(message: Message) -> Message:
    return replace(
        message,
        content=_whole(message.content),
        role=_whole(message.role),
        name=message.name and _whole(message.name),
        ref=message.ref and _whole(message.ref),
        attachments=tuple(map(_whole, message.attachments)),
    )


def _whole(text: str) -> str:
    """Halves of cut characters become replacement characters: they could not be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _content(content: Any, place: int) -> tuple[str, tuple[str, ...]]:
    """Words and attachments of a string, of nothing, or of a list of parts."""
    if content is None or isinstance(content, str):
        return content or "", ()
    if not isinstance(content, list):
        raise InvalidInput(f"'content' of message {place} is neither text nor a list of parts")
    parts = [
        part if isinstance(part, Mapping) else {"type": "text", "text": part} for part in content
    ]
    text = "\n".join(str(part["text"]) for part in parts if "text" in part)
    return text, tuple(str(part.get("type", "part")) for part in parts if "text" not in part)


def _calls(calls: Any, place: int) -> tuple[str, ...]:
    if not calls:
        return ()
    if not isinstance(calls, list | tuple):
        raise InvalidInput(f"'tool_calls' of message {place} is not a list")
    return tuple(_call(call) for call in calls)


def _call(call: Any) -> str:
    """A function with its arguments; what has another form is kept as it is written."""
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping):
        return f"called {call}"
    return f"called {function.get('name')}({function.get('arguments', '')})"


def _moment(value: Any, place: int) -> datetime | None:
    """A datetime, ISO 8601 text, or seconds since 1970."""
    try:
        match value:
            case None:
                return None
            case datetime():
                return aware(value)
            case int() | float():
                return datetime.fromtimestamp(value, UTC)
            case str():
                return aware(datetime.fromisoformat(value))
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput(
            f"the time {value!r} of message {place} cannot be read: {error}"
        ) from error
    raise InvalidInput(f"the time of message {place} is a {type(value).__name__}")


def canonical(messages: Iterable[Message]) -> str:
    """The messages as one string, equal exactly when they are equal."""
    return json.dumps(
        [
            [m.role, m.name, m.content, m.ref, m.at and m.at.isoformat(), *m.attachments]
            for m in messages
        ]
    )
