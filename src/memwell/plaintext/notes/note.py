"""A note: what was said, and what a model made of it, in one text that it is found by."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from memwell.core.cube import MemCube
from memwell.core.identity import derive
from memwell.index.analysis import words

IS = {"is": "note"}
OF = "of"  # the label that names a note's turn
MOST = 12  # keywords or tags of one note
LONGEST = 80  # characters of one of them
SENTENCE = 400  # characters of the context
_HEADINGS = ("Keywords: ", "Tags: ", "Context: ")


@dataclass(frozen=True, slots=True)
class Note:
    """m = {c, K, G, X}; its time, links and versions are the store's."""

    id: str
    content: str
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    context: str = ""
    speaker: str | None = None
    version: int = 0  # 0 for one that is not stored yet

    @property
    def text(self) -> str:
        """c, K, G and X: what is embedded and searched."""
        parts = (", ".join(self.keywords), ", ".join(self.tags), self.context)
        told = (f"{heading}{part}" for heading, part in zip(_HEADINGS, parts, strict=True))
        return "\n".join([self.content, *told])

    @property
    def line(self) -> str:
        """The text with its speaker, as the kernel embeds it."""
        return f"{self.speaker}: {self.text}" if self.speaker else self.text

    def told(self, keywords: Iterable[str], tags: Iterable[str], context: str) -> "Note":
        """With these keywords, tags and context, cleaned."""
        return replace(self, keywords=listed(keywords), tags=listed(tags), context=line(context))


def note_id(turn: str) -> str:
    """The id of the note on a turn."""
    return derive("note", turn)


def read(cube: MemCube) -> Note:
    """The note in a cube; one whose text was rewritten by hand is all content."""
    return replace(parsed(cube.id, cube.text, cube.speaker), version=cube.version)


def parsed(id: str, text: str, speaker: str | None) -> Note:
    """The note in a text, not stored yet."""
    parts = text.rsplit("\n", len(_HEADINGS))
    found = Note(id, text, speaker=speaker)
    if len(parts) <= len(_HEADINGS) or not all(map(str.startswith, parts[1:], _HEADINGS)):
        return found
    keywords, tags, context = (
        part.removeprefix(heading) for part, heading in zip(parts[1:], _HEADINGS, strict=True)
    )
    return replace(found, content=parts[0]).told(keywords.split(", "), tags.split(", "), context)


def listed(given: Iterable[str]) -> tuple[str, ...]:
    """Words or phrases as a note holds them: on one line, without commas, each once."""
    found: dict[str, str] = {}
    for each in given:
        phrase = line(each.replace(",", " "))[:LONGEST].strip()
        if words(phrase):
            found.setdefault(phrase.lower(), phrase)
    return tuple(found.values())[:MOST]


def line(text: str) -> str:
    """On one line, of characters that can be shown, and not too long."""
    seen = "".join(c if c.isprintable() else " " for c in text[: 10 * SENTENCE])
    return " ".join(seen.split())[:SENTENCE].strip()
