"""What Second Me asks: shades of topics, biographies, and speaking for the user to others."""

from pydantic import BaseModel, Field

from memwell.core.model import Prompt


class Shade(BaseModel, frozen=True):
    """One side of the user, as a topic of theirs shows it."""

    name: str = Field(min_length=1, description="the topic, in a few words")
    description: str = Field(description="what of it was spoken about, in a line or two")
    trait: str = Field(min_length=1, description="what it shows of the user, in the third person")

    def __str__(self) -> str:
        return f"{self.name}\n{self.description}\n\n{self.trait}"


class Merged(BaseModel, frozen=True):
    """Whether two shades are one side of the user, and which."""

    same: bool
    name: str = ""
    description: str = ""
    trait: str = ""


class Biography(BaseModel, frozen=True):
    """Who the user is, or what occupies them now; in short lines."""

    text: str = Field(min_length=1)

    def __str__(self) -> str:
        return self.text.strip()


class Enhanced(BaseModel, frozen=True):
    """A request with what somebody who does not know the user needs to serve it."""

    request: str = Field(min_length=1)
    used: list[int] = Field(
        default_factory=list, description="numbers, in brackets above, of the memories used"
    )


class Critique(BaseModel, frozen=True):
    """What the user would say to a response."""

    feedback: str = Field(min_length=1, description="in the first person, as the user would speak")
    satisfied: bool = Field(description="whether the response serves this user as it stands")
    used: list[int] = Field(
        default_factory=list, description="numbers, in brackets above, of the memories used"
    )


SHADE = Prompt(
    "shade",
    "These are parts of conversations about one topic. Name the topic, describe it, and tell in "
    "the third person what it shows of the user: interests, habits, plans. Add nothing that was "
    "not said. Where there is a text so far, bring it up to date.\n\n"
    "So far:\n{before}\n\nConversations:\n{parts}",
    Shade,
)

MERGE_SHADES = Prompt(
    "merge_shades",
    "Are these two topics of a user one and the same? If they are, write one text for both.\n\n"
    "First:\n{first}\n\nSecond:\n{second}",
    Merged,
)

BIOGRAPHY = Prompt(
    "biography",
    "Bring the biography of the user up to date with these sides of theirs, in the third person "
    "and in short lines. Some of it may rest on earlier versions of these, which no longer hold; "
    "add nothing.\n\nBiography so far:\n{before}\n\nEarlier versions:\n{replaced}\n\n"
    "Sides:\n{parts}",
    Biography,
)

STATUS = Prompt(
    "status",
    "It is {at}. Tell in the third person and in short lines what occupies the user these days: "
    "what they do, plan, and how they are. Add nothing that was not said.\n\n"
    "Conversations:\n{parts}",
    Biography,
)

SECOND_PERSON = Prompt(
    "second_person",
    "Rewrite this text about {who} so that it speaks to {who} as 'you', and change nothing "
    "else.\n\nText:\n{text}",
    Biography,
)

CONTEXT_ENHANCE = Prompt(
    "context_enhance",
    "{who} is about to send this request to somebody who does not know them. Write the request "
    "anew, in the voice of {who}, with what of the memories somebody needs to serve it well, and "
    "nothing beyond that.\n\nAbout {who}:\n{biography}\n\nMemories:\n{memories}\n\n"
    "Request: {request}",
    Enhanced,
)

CONTEXT_CRITIC = Prompt(
    "context_critic",
    "{who} sent this request to somebody who does not know them and got this response. Write "
    "what {who} would answer: what does not suit them, and what was left out that matters to "
    "them, from the memories alone.\n\nAbout {who}:\n{biography}\n\nMemories:\n{memories}\n\n"
    "Request: {request}\n\nResponse: {response}",
    Critique,
)
