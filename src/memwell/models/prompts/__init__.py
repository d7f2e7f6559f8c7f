"""The questions memwell itself asks a model. `rules` answers them all without one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, overload

from pydantic import BaseModel, ConfigDict, Field

from memwell.core.model import Prompt


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True)


class Keywords(_Schema):
    """The words a text is found by."""

    keywords: list[str] = Field(
        description="single words and short phrases, the telling ones first"
    )


class Entity(_Schema):
    """Something with a name or a number."""

    name: str = Field(description="as the text writes it")
    kind: str = Field(description="name, title, number, money, email or url")


class Entities(_Schema):
    """What a text names."""

    entities: list[Entity]


class DateFound(_Schema):
    """A time the text tells, as whole days."""

    text: str = Field(description="the words that tell it")
    start: date = Field(description="its first day")
    end: date = Field(description="the day after its last")
    precision: Literal["day", "week", "month", "season", "year"]


class Dates(_Schema):
    """The times a text tells."""

    dates: list[DateFound]


class Fact(_Schema):
    """One statement as subject, relation, object."""

    subject: str = Field(description="whom or what it is about; the speaker's name for 'I'")
    relation: str = Field(description="in the present tense: 'works at', 'lives in', 'likes'")
    object: str
    negated: bool = Field(default=False, description="true for 'does not like'")
    text: str = Field(default="", description="the words that say it")


class Facts(_Schema):
    """What a text states."""

    facts: list[Fact]


class Answered(_Schema):
    """An answer read from evidence."""

    answer: str = Field(description="short; the bare fact where one was asked for")
    known: bool = Field(description="false when the evidence does not hold the answer")
    confidence: float = Field(ge=0, le=1)
    sources: list[int] = Field(
        default_factory=list, description="numbers, in brackets above, of the evidence used"
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """One memory that may hold the answer."""

    text: str
    speaker: str = ""
    at: datetime | None = None
    role: str = "user"
    session: str = ""
    score: float = 1.0  # as retrieval ranked it

    def __str__(self) -> str:
        when = f"{self.at:%A %d %B %Y} " if self.at else ""
        who = self.speaker or self.role
        return f"{when}{who}: {self.text}" if who else f"{when}{self.text}"


class Pieces(Sequence[Piece]):
    """Evidence in ranked order; written into a prompt as lines numbered from 0."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = tuple(pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    @overload
    def __getitem__(self, place: int) -> Piece: ...

    @overload
    def __getitem__(self, place: slice) -> "Pieces": ...

    def __getitem__(self, place: int | slice) -> "Piece | Pieces":
        return Pieces(self._pieces[place]) if isinstance(place, slice) else self._pieces[place]

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._pieces)

    def __str__(self) -> str:
        return "\n".join(f"[{number}] {piece}" for number, piece in enumerate(self._pieces))


KEYWORDS = Prompt(
    "keywords",
    "List the keywords by which somebody would look for this text later.\n\nText: {text}",
    Keywords,
)

ENTITIES = Prompt(
    "entities",
    "List the people, places, organisations, titles, amounts, e-mail addresses and links that this "
    "text names, as it writes them.\n\nText: {text}",
    Entities,
)

DATES = Prompt(
    "dates",
    "List every time this text tells, resolved to calendar days. It was said on {at}.\n\n"
    "Text: {text}",
    Dates,
)

FACTS = Prompt(
    "facts",
    "List the lasting facts that this text states, one subject, relation and object each. Leave "
    "out questions, guesses and small talk. {speaker} said it on {at}.\n\nText: {text}",
    Facts,
)

ANSWER = Prompt(
    "answer",
    "Answer the question from the evidence alone. Where statements contradict each other the "
    "newest holds. When the evidence does not hold the answer, say so with known = false.\n\n"
    "Evidence:\n{evidence}\n\nIt is {at}. Question: {question}",
    Answered,
)
