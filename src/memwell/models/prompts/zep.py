"""What Zep (paper 35) asks a model: who is named, what is stated, what of it is known already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from pydantic import BaseModel, ConfigDict, Field

from memwell.core.model import Prompt

SUMMARY = 1_000  # characters of a summary


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True)


class NamedEntity(_Schema):
    """Somebody or something that a message names."""

    name: str = Field(description="in full, as the conversation writes it")
    kind: str = Field(default="", description="person, place, organisation, event, work, thing")


class NamedEntities(_Schema):
    """Everybody and everything with a name in a message."""

    entities: list[NamedEntity]


class Stated(_Schema):
    """One fact, about one entity or what joins it to another."""

    source: str = Field(description="name of the entity it is about, from the list")
    target: str = Field(default="", description="name of the other entity, empty for none")
    relation: str = Field(description="in SCREAMING_SNAKE_CASE: WORKS_AT, LIKES")
    fact: str = Field(description="one short sentence that can be understood alone")
    valid_at: str = Field(default="", description="ISO 8601: since when it is true, if told")
    invalid_at: str = Field(default="", description="ISO 8601: until when, if told")
    aspect: str = Field(
        default="",
        description="what of the source has one value at a time: home, employer, age; else empty",
    )
    value: str = Field(default="", description="of the aspect: a place, a company, a number")
    negated: bool = Field(default=False, description="true when it says that this is not so")


class StatedFacts(_Schema):
    """The facts that a message states."""

    facts: list[Stated]


class Duplicate(_Schema):
    """Which of the known entities is meant."""

    duplicate: int = Field(description="its number; -1 when it is none of them")


class Standing(_Schema):
    """How a new fact stands to known ones."""

    duplicates: list[int] = Field(default_factory=list, description="numbers of those that say it")
    contradicted: list[int] = Field(
        default_factory=list, description="numbers of those that cannot be true beside it"
    )


class FactTimes(_Schema):
    """When a fact is true."""

    valid_at: str = Field(default="", description="ISO 8601, empty where it is not told")
    invalid_at: str = Field(default="", description="ISO 8601, empty where it is not told")


class Summary(_Schema):
    """What is known, in short."""

    summary: str = Field(description=f"at most {SUMMARY} characters")


class Title(_Schema):
    """A name for a group."""

    name: str = Field(description="a few words")


class Relevance(_Schema):
    """How well texts answer a question."""

    scores: list[float] = Field(description="from 0 to 1, one for each text in order")


@dataclass(frozen=True, slots=True)
class Line:
    """A known entity or fact in a numbered list."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"[{self.number}] {self.text}"


class Lines(Sequence[Line]):
    """Candidates, numbered through from 0 or from where another list ended."""

    def __init__(self, texts: Sequence[str], first: int = 0) -> None:
        self._lines = tuple(Line(first + place, text) for place, text in enumerate(texts))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Line]: ...

    def __getitem__(self, place: int | slice) -> Line | Sequence[Line]:
        return self._lines[place]

    def __str__(self) -> str:
        return "\n".join(map(str, self._lines)) or "none"


NAMED_ENTITIES = Prompt(
    "named_entities",
    "List every person, place, organisation, event, work and thing with a name in the last "
    "message, the speaker first. Resolve pronouns by what was said before; leave out times, "
    "amounts and what has no name.\n\nSaid before:\n{before}\n\n"
    "Last message, by {speaker}:\n{text}",
    NamedEntities,
)

STATED_FACTS = Prompt(
    "stated_facts",
    "List the facts that the last message states about these entities: {entities}. Write each as "
    "one short sentence that can be understood alone, with names in place of pronouns and days in "
    "place of words like yesterday; it was said on {at}. Leave out questions, wishes and guesses."
    "\n\nSaid before:\n{before}\n\nLast message, by {speaker}:\n{text}",
    StatedFacts,
)

FACT_TIMES = Prompt(
    "fact_times",
    "Since when, and until when, is this fact true, as far as the message tells? It was said on "
    "{at}; leave out what is not told.\n\nFact: {fact}\n\nMessage: {text}",
    FactTimes,
)

DUPLICATE_ENTITY = Prompt(
    "duplicate_entity",
    "Which of these known entities is {name!r} in the message? Answer with its number, or -1 when "
    "it is somebody or something else.\n\nKnown:\n{known}\n\nMessage: {text}",
    Duplicate,
)

FACT_STANDING = Prompt(
    "fact_standing",
    "Here is a new fact, with what is known. Which known facts say the same, and which cannot be "
    "true at the same time as the new one?\n\nNew: {fact}\n\nOf the same entities:\n{same}\n\n"
    "Of others:\n{others}",
    Standing,
)

ENTITY_SUMMARY = Prompt(
    "entity_summary",
    "Bring this summary of {name} up to date with new facts. Keep to what is told, at most 1000 "
    "characters.\n\nSummary: {summary}\n\nNew facts:\n{facts}",
    Summary,
)

COMMUNITY_SUMMARY = Prompt(
    "community_summary",
    "Make one summary of these two, at most 1000 characters.\n\nFirst: {first}\n\nSecond: {second}",
    Summary,
)

COMMUNITY_NAME = Prompt(
    "community_name",
    "Name in a few words what the people and things in this summary have in common.\n\n{summary}",
    Title,
)

RELEVANCE = Prompt(
    "relevance",
    "How well does each of these texts help to answer the question? From 0 to 1, one number for "
    "each.\n\nQuestion: {question}\n\nTexts:\n{texts}",
    Relevance,
)
