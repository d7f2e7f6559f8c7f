"""How far what a memory says is believed: a number in [0, 1], with names for the usual sources."""

from collections.abc import Iterable, Mapping

from memwell.core.errors import InvalidInput
from memwell.core.message import Event, Message

FULL = 1.0
CLASSES = {
    "system": FULL,
    "user": FULL,
    "assistant": FULL,
    "document": 0.8,
    "tool": 0.5,
    "web": 0.3,
    "unknown": 0.1,
}
ROLES = {"tool": CLASSES["tool"], "function": CLASSES["tool"]}  # at most, whoever hands it in
LABEL = "trust"  # of an event that is trusted less than in full


def level(given: str | float) -> float:
    """The number for a name or a number. Raises InvalidInput."""
    if isinstance(given, str) and given in CLASSES:
        return CLASSES[given]
    try:
        found = float(given)
    except (TypeError, ValueError):
        found = -1.0
    if isinstance(given, bool) or not 0 <= found <= 1:
        known = ", ".join(CLASSES)
        raise InvalidInput(f"trust is a number from 0 to 1, or one of {known}; not {given!r}")
    return found


def labels(given: str | float) -> dict[str, str]:
    """What an event notes of its trust. Raises InvalidInput."""
    return {} if level(given) == FULL else {LABEL: str(given)}


def of_message(message: Message, noted: Mapping[str, str]) -> float:
    """Of one message of an event with these labels."""
    return min(level(noted.get(LABEL, FULL)), ROLES.get(message.role, FULL))


def of_event(event: Event) -> float:
    """The least of its messages'; full where none has any words."""
    said = (of_message(each, event.labels) for each in event.messages if each.text)
    return min(said, default=FULL)


def least(trusts: Iterable[float]) -> float:
    """Of what something was made of; full where that is nothing."""
    return min(trusts, default=FULL)


def named(trust: float) -> str:
    """The class it is one of, or the number."""
    return next((name for name, value in CLASSES.items() if value == trust), f"{trust:.2g}")
