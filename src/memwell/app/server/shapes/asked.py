"""Bodies of requests about memories. What is not named here is refused."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from memwell.core.scope import LONGEST

MOST = 1_000  # messages, conversations, ids or results of one request
WORDS = 1_000_000  # characters of a text

Name = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Id = Annotated[str, Field(min_length=1, max_length=100)]
Level = Literal["public", "internal", "confidential", "secret"]
Words = Annotated[str, Field(max_length=WORDS)]
Labels = Annotated[dict[str, str | bool | int | float], Field(max_length=100)]


class Body(BaseModel):
    """Of any request."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Whom(Body):
    """On whose behalf; a key that is bound to a user or an agent takes no other."""

    user: Name | None = Field(None, description="For one of the users the key stands for.")
    agent: Name | None = Field(None, description="For one of the agents the key stands for.")
    branch: Name | None = Field(None, description="Which branch to work in; main by default.")


class Said(Body):
    """One message, as chat APIs have them."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)

    content: Words | list[Any] | None = Field(description="The words, or parts of them.")
    role: Annotated[str, Field(max_length=100)] = "user"
    name: Annotated[str, Field(max_length=LONGEST)] | None = None
    at: datetime | float | None = Field(None, description="When it was said.")
    id: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        None, description="Your own id of it."
    )
    tool_calls: list[Any] | None = None


Messages = Words | Said | Annotated[list[Words | Said], Field(min_length=1, max_length=MOST)]


class Talk(Body):
    """A conversation to be remembered as one event."""

    messages: Messages = Field(description="Text, a message, or a list of them.")
    session: Name | None = Field(None, description="Which conversation it belongs to.")
    at: datetime | None = Field(None, description="When it took place; now by default.")
    labels: Labels | None = Field(None, description="What it can be filtered by.")
    ttl: Annotated[float, Field(gt=0, le=1e11)] | None = Field(
        None, description="Seconds until it expires, with what is derived from it."
    )
    sensitivity: Level = "internal"


class Remember(Whom, Talk):
    """Something to be remembered."""

    dry_run: bool = Field(False, description="Only tell what would be stored.")
    wait: bool = Field(False, description="Answer when the strategy has refined it.")


class Ask(Whom):
    """Something to be recalled."""

    query: Annotated[str, Field(min_length=1, max_length=WORDS)]
    at: datetime | None = Field(None, description="When it is asked: what `last week` refers to.")


class Search(Ask):
    """What to look for."""

    k: Annotated[int, Field(ge=1, le=MOST)] = 10
    as_of: datetime | None = Field(None, description="Only what was true in the world then.")
    known_at: datetime | None = Field(None, description="Only what this memory knew then.")
    session: Name | None = Field(None, description="Only in this conversation.")
    by: Literal["turn", "session"] = "turn"
    without: Annotated[list[Name], Field(max_length=MOST)] = Field(
        default_factory=list, description="Sessions to leave out."
    )
    where: dict[str, Any] | None = Field(
        None, description='A filter on labels: {"topic": "travel"}, {"OR": [...]}.'
    )


class Many(Whom):
    """Conversations, each remembered as a whole; one that is there already is not stored again."""

    conversations: Annotated[list[Talk], Field(min_length=1, max_length=MOST)]


class Context(Ask):
    """What a language model is about to be asked."""

    budget: Annotated[int, Field(ge=0, le=1_000_000)] = Field(4000, description="Tokens at most.")
    k: Annotated[int, Field(ge=1, le=MOST)] = 50


class Question(Ask):
    """Something to be answered from memory."""

    session: Name | None = None
    without: Annotated[list[Name], Field(max_length=MOST)] = Field(default_factory=list)


class Rewrite(Whom):
    """New words for a memory."""

    text: Annotated[str, Field(min_length=1, max_length=WORDS)]
    why: Annotated[str, Field(max_length=1000)] = "corrected by the user"


class Reasoned(Whom):
    """A change of state, and why."""

    why: Annotated[str, Field(max_length=1000)] | None = None


class Classify(Whom):
    """How sensitive a memory is."""

    sensitivity: Level


class Forget(Body):
    """What to erase for good: memories by id, or a whole session or user."""

    ids: Annotated[list[Id], Field(max_length=MOST)] = Field(default_factory=list)
    session: Name | None = None
    user: Name | None = None
    dry_run: bool = Field(False, description="Only tell what would go.")
    thorough: bool | None = Field(
        None, description="Whether the bytes of all files are searched for it afterwards."
    )


class Undo(Whom):
    """A receipt that is to be taken back."""

    receipt: Id
    dry_run: bool = False


Point = Annotated[int, Field(ge=0, lt=1 << 62)] | Annotated[str, Field(min_length=1, max_length=64)]


class Rollback(Whom):
    """Where to go back to."""

    to: Point = Field(description="A moment, a journal number or a receipt's id.")
    dry_run: bool = False


class Fork(Whom):
    """A new branch of the one that is worked in."""

    name: Name
    at: Point | None = Field(None, description="How it stood then; now by default.")


Rights = Annotated[list[Literal["read", "write", "delete"]], Field(min_length=1, max_length=3)]


class Grant(Whom):
    """Lets another user or agent work with the memories of this scope."""

    to: Name = Field(description="A user of the same tenant.")
    rights: Rights = ["read"]
    session: Name | None = None
    until: datetime | None = None


class Share(Whom):
    """The same for one memory."""

    to: Name
    rights: Rights = ["read"]
    until: datetime | None = None


class Quota(Body):
    """How much may be kept; without figures there is no limit."""

    user: Name | None = None
    memories: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None
    bytes: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None


class Retry(Whom):
    """Refinement that was given up and is to be tried again."""

    event: Id | None = Field(None, description="Only this one.")


class NewKey(Body):
    """A key for a tenant, a user or an agent."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    tenant: Name | None = Field(None, description="Another one: only the operator may.")
    user: Name | None = None
    agent: Name | None = None
    rights: Annotated[list[Literal["read", "write", "delete", "admin"]], Field(max_length=4)] = [
        "read",
        "write",
        "delete",
    ]
    clearance: Level = "secret"
    expires: datetime | None = None


class Manage(Whom):
    """Whose memories to tidy up; all in scope by default."""

    dry_run: bool = False


class Hook(Body):
    """Where to tell what happened."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    kinds: Annotated[
        list[Literal["receipt.refined", "receipt.failed", "memory.forgotten", "job.ended"]],
        Field(min_length=1, max_length=4),
    ]
