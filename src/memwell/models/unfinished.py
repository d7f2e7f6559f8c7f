"""JSON that is not finished: where it could have ended, and where it is."""

import re
from collections.abc import Iterator

PART = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<open>[\[{])|(?P<close>[\]}])|(?P<literal>[\w.+-]+)'
    r'|(?P<broken>")',
    re.DOTALL,
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
CLOSES = {"[": "]", "{": "}"}


def endings(text: str) -> Iterator[str]:
    """Whole texts that begin like the given one, the longest first.

    Each stops after a value, or before a list's first, and closes what is open. Whether they fit a
    schema, and are JSON where a key still lacks its value, is for the caller to check.
    """
    found: list[str] = []
    opened = ""
    for part in PART.finditer(text):
        if part["broken"] or (part["literal"] and part.end() == len(text)):
            break  # more of it may have been to come
        if part["open"]:
            opened += CLOSES[part["open"]]
        elif part["close"]:
            opened = opened[:-1]
        found.append(text[: part.end()] + opened[::-1])
    yield from reversed(found)


def inside_string(text: str) -> bool:
    """Whether a JSON text stops within a string."""
    return '"' in STRING.sub("", text)
