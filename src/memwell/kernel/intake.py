"""Turns what applications hand in into messages: text, OpenAI-style dicts, or Message values."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from memwell.core.access import Sensitivity
from memwell.core.clock import aware
from memwell.core.errors import InvalidInput
from memwell.core.message import Conversation, Message
from memwell.core.trust import LABEL as TRUST
from memwell.core.trust import level
from memwell.kernel.given import moment, whole
from memwell.kernel.limits import LONGEST

RESERVED = frozenset({"role", "turn", "speaker", "ref", "is", TRUST})  # set by memwell itself
Said = str | Message | Mapping[str, Any]
Messages = Said | Iterable[Said]


def as_messages(given: Messages) -> tuple[Message, ...]:
    """One or many messages, in order. Raises InvalidInput naming the one that cannot be read."""
    messages = tuple(
        _storable(_message(said, place), place) for place, said in enumerate(_many(given))
    )
    if not any(message.text for message in messages):
        raise InvalidInput("there is nothing to remember: no message has any text")
    return messages


def as_words(text: Any) -> str:
    """New words for a memory. Raises InvalidInput."""
    if not isinstance(text, str):
        raise InvalidInput(f"the words of a memory are text, not a {type(text).__name__}")
    if not text.strip():
        raise InvalidInput("the new words are empty; `forget` takes a memory out")
    return _whole(text, "the text")


def as_conversation(given: Any, place: int) -> Conversation:
    """The conversation at this place of many, as it can be stored. Raises InvalidInput."""
    if not isinstance(given, Conversation):
        raise InvalidInput(
            f"conversation {place} is a {type(given).__name__}; give a Conversation, "
            "or one at a time to `add`"
        )
    try:
        return replace(
            given,
            messages=as_messages(given.messages),
            at=moment(given.at, "its time"),
            until=moment(given.until, "its end"),
            labels=as_labels(given.labels),
            sensitivity=Sensitivity.named(given.sensitivity),
            trust=level(given.trust),
        )
    except InvalidInput as error:
        raise InvalidInput(f"conversation {place}: {error}") from error


def as_labels(given: Mapping[Any, Any] | None) -> dict[str, str]:
    """Labels as text. Raises InvalidInput for names that memwell sets itself, or other values."""
    found: dict[str, str] = {}
    if not isinstance(given, Mapping | None):
        raise InvalidInput(f"labels are a mapping of names to values, not a {type(given).__name__}")
    for name, value in (given or {}).items():
        if not isinstance(name, str) or not name or name in RESERVED:
            raise InvalidInput(f"a label cannot be called {name!r}: memwell sets that one itself")
        if not isinstance(value, str | bool | int | float):
            raise InvalidInput(f"label {name!r} is a {type(value).__name__}; give text or a number")
        found[_whole(name, "the name of a label")] = _whole(str(value), f"label {name!r}")
    return found


def _many(given: Any) -> list[Any]:
    if isinstance(given, str | Message | Mapping):
        return [given]
    if isinstance(given, bytes | bytearray) or not isinstance(given, Iterable):
        raise InvalidInput(
            f"messages are text, a Message, a dict, or a list of them, not a {type(given).__name__}"
        )
    return list(given)


def _message(said: Said, place: int) -> Message:
    match said:
        case str():
            return Message(said)
        case Message(at=None):
            return said
        case Message():
            return replace(said, at=moment(said.at, f"the time of message {place}"))
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


def _storable(message: Message, place: int) -> Message:
    parts = (message.content, message.role, message.name or "", message.ref or "")
    for part in (*parts, *message.attachments):
        if not isinstance(part, str):
            raise InvalidInput(f"message {place} holds a {type(part).__name__} where text belongs")
    if all(part.isascii() and len(part) <= LONGEST for part in (*parts, *message.attachments)):
        return message  # nothing to mend, as nearly always
    what = f"message {place}"
    return replace(
        message,
        content=_whole(message.content, what),
        role=_whole(message.role, what),
        name=message.name and _whole(message.name, what),
        ref=message.ref and _whole(message.ref, what),
        attachments=tuple(_whole(shown, what) for shown in message.attachments),
    )


def _whole(text: str, what: str) -> str:
    """As it can be stored. Raises InvalidInput for what is too long, naming it."""
    if len(text) > LONGEST:
        raise InvalidInput(
            f"{what} has {len(text):,} characters; at most {LONGEST:,} can be kept, so split it"
        )
    return whole(text)


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
