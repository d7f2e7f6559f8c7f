"""The turn that a request is about: the last thing the user said, and where it stands."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Message = Mapping[str, Any]
SYSTEM = ("system", "developer")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a user said, of all that a client sends along each time."""

    text: str
    name: str | None
    ref: str  # the same for the same turn of the same conversation, however often it is sent
    session: str  # by how the conversation began; clients may name it themselves


def last_turn(messages: Sequence[Message]) -> Turn | None:
    """The last message of the user that has words; None when there is none.

    Instructions to the model do not count: they change from call to call, with the time of day.
    """
    told = [each for each in messages if each.get("role") not in SYSTEM]
    places = [place for place, each in enumerate(told) if each.get("role") == "user"]
    if not places or not (text := words(told[places[-1]])).strip():
        return None
    name = told[places[-1]].get("name")
    return Turn(
        text,
        name if isinstance(name, str) and name else None,
        f"chat:{_digest(told[: places[-1] + 1])}",
        f"chat-{_digest(told[: places[0] + 1])[:12]}",
    )


def words(message: Message) -> str:
    """The text of a message, which may come in parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, Mapping)]
    return "\n".join(text for text in texts if isinstance(text, str))


def with_memories(messages: Sequence[Message], block: str) -> list[Message]:
    """The messages with what was recalled as one more instruction, after those that come first."""
    leading = 0
    while leading < len(messages) and messages[leading].get("role") in SYSTEM:
        leading += 1
    return [*messages[:leading], {"role": "system", "content": block}, *messages[leading:]]


def _digest(messages: Sequence[Message]) -> str:
    said = [[each.get("role"), each.get("name"), each.get("content")] for each in messages]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
