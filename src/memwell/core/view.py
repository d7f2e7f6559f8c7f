"""The frozen view of a memory that strategies read. It offers no way to change anything."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.evidence import Evidence, Ints
from memwell.core.filter import Compare, Filter, Without
from memwell.core.hit import Hit
from memwell.core.lifecycle import State
from memwell.core.message import Event
from memwell.core.model import Embedding, Floats, Prompt, T, TokenStates
from memwell.core.op import Link
from memwell.core.scope import Scope


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in both times: what was true then (valid), as the system knew it then (known)."""

    valid: datetime | None = None
    known: datetime | None = None


NOW = Moment()

DERIVED = Compare("is", "eq", None)  # every derived memory says what it is: {"is": "fact"}
SAID = Without(DERIVED)  # what came in word for word


@dataclass(frozen=True, slots=True)
class Query:
    """A question, the moment it is asked at, and whether turns or whole sessions are ranked."""

    text: str
    at: datetime
    by: Literal["turn", "session"] = "turn"


class View(Protocol):
    """Read-only access within one scope, at one moment."""

    @property
    def scope(self) -> Scope: ...

    @property
    def now(self) -> datetime: ...

    @property
    def immediate(self) -> bool:
        """Whether its model answers at once: rules do.

        What comes in is then worked on while the caller waits, so that work has to stay cheap
        however much is remembered.
        """
        ...

    def only(self, where: Mapping[str, Any] | Filter) -> "View":
        """This view of the memories alone that fulfil a filter on labels.

        It narrows `scan`, `search` and `evidence`; what is named by id is found all the same.
        """
        ...

    def get(self, id: str) -> MemCube | None: ...

    def scan(self, state: State | None = None) -> Iterator[MemCube]: ...

    def search(self, text: str, k: int = 10) -> list[Hit]:
        """Lexical and dense retrieval, fused: the first stage most strategies build on."""
        ...

    def evidence(self, text: str) -> Evidence:
        """Columns of all memories in scope while they are few, of the best candidates beyond."""
        ...

    def hits(
        self,
        evidence: Evidence,
        scores: Floats,
        best: Ints,
        parts: Mapping[str, Floats],
        told: Callable[[int], Mapping[str, str]] | None = None,
    ) -> list[Hit]:
        """Hits for the evidence at the positions `best`, in that order; parts become reasons.

        `told` puts the reasons for the evidence at a position into words, by name of the part.
        """
        ...

    def tokens(self, evidence: Evidence, positions: Ints) -> list[TokenStates | None]:
        """Token states of the evidence at these positions; None where there are none."""
        ...

    def neighbours(self, *ids: str) -> list[Link]:
        """Edges to and from these cubes, each once."""
        ...

    def history(self, id: str) -> list[MemCube]: ...

    def events(self, ids: Iterable[str]) -> list[Event]: ...

    def embed(self, texts: Sequence[str]) -> Embedding | None:
        """None when the memory runs without an embedder."""
        ...

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        """A valid answer of the memory's language model.

        Raises InvalidOutput when there is none, and ModelUnavailable.
        """
        ...

    def ask_each(
        self, prompt: Prompt[T], each: Sequence[Mapping[str, Any]]
    ) -> list[T | InvalidOutput]:
        """The answer to every set of fields, or why there is no valid one; asked side by side.

        Raises ModelUnavailable.
        """
        ...
