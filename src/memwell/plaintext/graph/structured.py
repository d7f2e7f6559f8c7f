"""Messages that are JSON: what they describe becomes entities, and what they tell of it facts.

No model is asked. An object is an entity when it has something like a name; the values beside the
name are facts about it, and an object within it is joined to it by its key. An object without a
name belongs to the one around it, and a document without any to the message's speaker.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

NAMING = ("name", "title", "full_name", "fullname", "username", "label", "id")
MOST = 500  # facts of one document
LONGEST = 200  # characters of a value
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of a document: a value of something, or what joins two things."""

    source: str
    key: str  # "address.city"
    value: str
    target: str = ""  # a named thing; empty for a plain value
    several: bool = False  # one of a list: it stands beside the others

    @property
    def relation(self) -> str:
        return "_".join("".join(c if c.isalnum() else " " for c in self.key).upper().split())

    @property
    def text(self) -> str:
        return f"{self.source}: {self.key.replace('_', ' ')} is {self.target or self.value}"


def document(text: str) -> Any | None:
    """The object or array that a text is; None for any other text."""
    bare = text.strip()
    if not bare or (bare[0], bare[-1]) not in (("{", "}"), ("[", "]")):
        return None
    try:
        found = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) and found else None


def told(found: Any, about: str) -> list[Told]:
    """What a document tells, in its own order; `about` has no name of its own in it."""
    facts = dict.fromkeys(_walk(found, about, "", 0))
    return list(facts)[:MOST]


def _walk(found: Any, about: str, key: str, depth: int) -> Iterator[Told]:
    if depth > DEEPEST:
        return
    match found:
        case dict():
            yield from _object(found, about, key, depth)
        case list():
            for each in found:
                for fact in _walk(each, about, key or "item", depth + 1):
                    yield replace(fact, several=True) if fact.source == about else fact
        case None | "":
            return
        case _:
            yield Told(about, key or "value", _plain(found))


def _object(found: Mapping[str, Any], about: str, key: str, depth: int) -> Iterator[Told]:
    name = named(found)
    if name and key:
        yield Told(about, key, name, target=name)
    for inner, value in found.items():
        if name and inner.lower() in NAMING and _plain(value) == name:
            continue
        path = inner if name or not key else f"{key}.{inner}"
        yield from _walk(value, name or about, path, depth + 1)


def named(found: Mapping[str, Any]) -> str:
    """The name of an object; empty where it has none."""
    lower = {key.lower(): value for key, value in found.items()}
    for key in NAMING:
        value = lower.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return _plain(value)
    return ""


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return " ".join(text.split())[:LONGEST]
