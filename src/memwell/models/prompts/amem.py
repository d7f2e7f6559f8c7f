"""What A-MEM asks: for a note on a text, how a note changes others, keywords of a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from pydantic import BaseModel, Field

from memwell.core.model import Prompt
from memwell.models.prompts import Keywords


class NoteAnalysis(BaseModel, frozen=True):
    """What a text is about, in three ways."""

    keywords: list[str] = Field(
        description="at least three where the text has them, the telling ones first; no times"
    )
    context: str = Field(description="one sentence: topic, main point and purpose")
    tags: list[str] = Field(description="at least three broad classes to file it under")


class NoteEvolution(BaseModel, frozen=True):
    """How a new note and the notes nearest to it change."""

    should_evolve: bool = Field(description="false when the new note changes nothing")
    actions: list[Literal["strengthen", "update_neighbor"]] = Field(default_factory=list)
    suggested_connections: list[int] = Field(
        default_factory=list, description="numbers of the notes to link the new note to"
    )
    tags_to_update: list[str] = Field(
        default_factory=list, description="the new note's tags, when it is linked"
    )
    new_context_neighborhood: list[str] = Field(
        default_factory=list,
        description="a context for every note, in order; the old one where nothing changes",
    )
    new_tags_neighborhood: list[list[str]] = Field(
        default_factory=list,
        description="tags for every note, in order; the old ones where nothing changes",
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A note as it is put before a model."""

    content: str
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    context: str = ""

    def __str__(self) -> str:
        keywords, tags = ", ".join(self.keywords), ", ".join(self.tags)
        return f"{self.content} (context: {self.context}; keywords: {keywords}; tags: {tags})"


class Neighbourhood(Sequence[Shown]):
    """The nearest notes, nearest first; written into a prompt as lines numbered from 0."""

    def __init__(self, notes: Sequence[Shown]) -> None:
        self._notes = tuple(notes)

    def __len__(self) -> int:
        return len(self._notes)

    @overload
    def __getitem__(self, place: int) -> Shown: ...

    @overload
    def __getitem__(self, place: slice) -> "Neighbourhood": ...

    def __getitem__(self, place: int | slice) -> "Shown | Neighbourhood":
        found = self._notes[place]
        return found if isinstance(found, Shown) else Neighbourhood(found)

    def __iter__(self) -> Iterator[Shown]:
        return iter(self._notes)

    def __str__(self) -> str:
        return "\n".join(f"[{number}] {note}" for number, note in enumerate(self._notes))


NOTE_ANALYSIS = Prompt(
    "note_analysis",
    "Make a note of this text: the keywords it is found by, its context in one sentence, and "
    "broad tags to file it under. {speaker} said it on {at}.\n\nText: {text}",
    NoteAnalysis,
)

NOTE_EVOLUTION = Prompt(
    "note_evolution",
    "A new note joins a memory of notes. Decide whether the memory should evolve by it: "
    '"strengthen" links the new note to notes it belongs with and sets its tags; '
    '"update_neighbor" gives each of the nearest notes a context and tags that take the new note '
    "into account.\n\nNew note: {note}\n\nThe {count} nearest notes:\n{neighbours}",
    NoteEvolution,
)

QUESTION_KEYWORDS = Prompt(
    "question_keywords",
    "List the keywords to look for in notes that answer this question.\n\nQuestion: {question}",
    Keywords,
)
