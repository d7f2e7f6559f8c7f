"""What a client asks of the proxy: OpenAI's request, and what it says about memory."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from memwell.app.server.shapes.asked import Name
from memwell.core.errors import InvalidInput

MODES = {  # of the header: whether to recall, and whether to remember
    "off": (False, False),
    "read": (True, False),
    "write": (False, True),
    "on": (True, True),
}
MOST = 2048  # texts to be embedded at once
LONGEST = 100_000  # characters of one


class About(BaseModel):
    """The extension field `memwell`: `extra_body={"memwell": {…}}` of the `openai` client."""

    model_config = ConfigDict(extra="forbid")

    recall: bool | None = Field(None, description="Whether memories are brought in.")
    remember: bool | None = Field(None, description="Whether the turn and its answer are kept.")
    session: Name | None = Field(None, description="Which conversation this is.")
    user: Name | None = Field(None, description="One of the users that the key stands for.")
    budget: Annotated[int, Field(ge=0, le=100_000)] = Field(
        1000, description="Tokens that memories may take, estimated."
    )
    k: Annotated[int, Field(ge=1, le=100)] = Field(10, description="How many memories at most.")


class Chat(BaseModel):
    """A request for a completion. What is not named here goes to the model as it is."""

    model_config = ConfigDict(extra="allow")

    messages: list[dict[str, Any]] = Field(min_length=1, max_length=10_000)
    model: str | None = Field(None, description="`memwell`, or nothing, is the server's own.")
    stream: bool | None = False
    memwell: About | None = None


class Texts(BaseModel):
    """A request for embeddings."""

    model_config = ConfigDict(extra="ignore")

    input: str | Annotated[list[str], Field(min_length=1, max_length=MOST)]
    model: str = Field(description="`memwell`, or the embedder's own name.")
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None

    @property
    def texts(self) -> list[str]:
        """One or many. Raises InvalidInput for one that is empty or too long."""
        texts = [self.input] if isinstance(self.input, str) else self.input
        for place, text in enumerate(texts):
            if not text:
                raise InvalidInput(f"input {place} is empty: there is nothing to embed")
            if len(text) > LONGEST:
                raise InvalidInput(f"input {place} is longer than {LONGEST:,} characters: split it")
        return texts


def switched(about: About, header: str | None) -> tuple[bool, bool]:
    """Whether to recall and to remember: the field counts before the header.

    Raises InvalidInput for a header that says something else.
    """
    mode = (header or "on").strip().lower()
    if mode not in MODES:
        raise InvalidInput(f"x-memwell-memory is {', '.join(MODES)}; not {mode[:20]!r}")
    recalls, remembers = MODES[mode]
    return (
        recalls if about.recall is None else about.recall,
        remembers if about.remember is None else about.remember,
    )
