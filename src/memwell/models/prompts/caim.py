"""What CAIM asks: whether memory is needed, where to look, what fits, and what to keep in mind."""

from pydantic import BaseModel, Field

from memwell.core.model import Prompt


class Needed(BaseModel, frozen=True):
    """Whether a message needs anything that is remembered."""

    needed: bool = Field(description="false for greetings, thanks and what anybody would know")


class Tags(BaseModel, frozen=True):
    """Where in memory to look."""

    tags: list[str] = Field(description="of the tags given, those to look under")


class Passing(BaseModel, frozen=True):
    """Which memories fit a question."""

    passing: list[int] = Field(
        description="numbers of those that fit by content and time; of two that contradict each "
        "other the newer alone"
    )


class SessionThought(BaseModel, frozen=True):
    """A key event of a conversation."""

    text: str = Field(min_length=1, description="one sentence that can be read by itself")
    tags: list[str] = Field(description="of the tags given, those it belongs under")
    turns: list[int] = Field(description="numbers of the turns it is about")


class SessionThoughts(BaseModel, frozen=True):
    """What of a conversation is to be kept in mind; empty for small talk."""

    thoughts: list[SessionThought]


class Groups(BaseModel, frozen=True):
    """Which thoughts say the same."""

    groups: list[list[int]] = Field(description="numbers of those that say the same, by group")


MEMORY_NEEDED = Prompt(
    "memory_needed",
    "Does answering this message need anything that was said in earlier conversations?\n\n"
    "Message: {question}",
    Needed,
)

QUESTION_TAGS = Prompt(
    "question_tags",
    "Under which of these tags would memories be filed that answer the message?\n\n"
    "Tags: {ontology}\n\nIt is {at}. Message: {question}",
    Tags,
)

THOUGHT_FILTER = Prompt(
    "thought_filter",
    "Which of these memories help to answer the message, by what they say and by when?\n\n"
    "{thoughts}\n\nIt is {at}. Message: {question}",
    Passing,
)

SESSION_THOUGHTS = Prompt(
    "session_thoughts",
    "A conversation has ended. Write down its key events, one sentence each, with tags from the "
    "list alone and the numbers of the turns it is about. Leave out small talk.\n\n"
    "Tags: {ontology}\n\n{turns}",
    SessionThoughts,
)

THOUGHT_REVIEW = Prompt(
    "thought_review",
    "Which of these thoughts say the same, so that one of them is enough? Thoughts about different "
    "people, times or events are not the same.\n\n{thoughts}",
    Groups,
)
