"""What MemoryBank asks: summaries and portraits, of a day and of all days so far."""

from pydantic import BaseModel, Field

from memwell.core.model import Prompt


class Summary(BaseModel, frozen=True):
    """What happened, in a few lines."""

    text: str = Field(min_length=1, description="short lines, one for each event or fact")

    def __str__(self) -> str:
        return self.text.strip()


class Portrait(BaseModel, frozen=True):
    """What the user is like; all of it may be empty."""

    traits: list[str] = Field(description="character, likes and dislikes, ways of life; short")
    feelings: list[str] = Field(default_factory=list, description="moods and what they are about")
    replies: list[str] = Field(default_factory=list, description="how to answer such a user")

    def __str__(self) -> str:
        parts = (self.traits, self.feelings, self.replies)
        return "\n".join(line.strip() for part in parts for line in part if line.strip())


DAILY_SUMMARY = Prompt(
    "daily_summary",
    "Summarise the events and key facts of this conversation of {day}. Keep names, places and "
    "numbers; add nothing that was not said. Where a summary so far is given, extend it.\n\n"
    "Summary so far:\n{before}\n\nConversation:\n{parts}",
    Summary,
)

DAILY_PORTRAIT = Prompt(
    "daily_portrait",
    "From this conversation of {day}, tell the personality and the feelings that the user shows, "
    "and how one should answer such a user. Leave empty what it does not show. Where a portrait "
    "so far is given, extend it.\n\nPortrait so far:\n{before}\n\nConversation:\n{parts}",
    Portrait,
)

OVERALL_SUMMARY = Prompt(
    "overall_summary",
    "Bring the summary of all that happened up to date with these summaries of days. Keep it short "
    "and keep what matters for longest; add nothing. Some of it may rest on earlier versions of "
    "these days, which no longer hold.\n\nSummary so far:\n{before}\n\n"
    "Earlier versions:\n{replaced}\n\nDays:\n{parts}",
    Summary,
)

OVERALL_PORTRAIT = Prompt(
    "overall_portrait",
    "Bring the portrait of the user up to date with these portraits of days: what the user is "
    "like, feels, and how to answer such a user. Keep it short; what is newer holds where they "
    "contradict. Some of it may rest on earlier versions of these days, which no longer hold.\n\n"
    "Portrait so far:\n{before}\n\nEarlier versions:\n{replaced}\n\nDays:\n{parts}",
    Portrait,
)
