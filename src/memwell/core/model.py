"""What memwell asks of a model: typed answers to named prompts, and embeddings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from memwell.core.errors import InvalidInput

if TYPE_CHECKING:
    from pydantic import BaseModel  # slow to import; a search needs none

T = TypeVar("T", bound="BaseModel")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Prompt(Generic[T]):
    """A named, typed question: a template with {fields}, and the schema its answer must fit."""

    name: str
    template: str
    schema: type[T]

    def render(self, fields: dict[str, Any]) -> str:
        """The question in words. Raises InvalidInput when a field is missing."""
        wanted = {name for _, name, _, _ in Formatter().parse(self.template) if name}
        if missing := wanted - fields.keys():
            raise InvalidInput(f"prompt {self.name!r} needs {', '.join(sorted(missing))}")
        return self.template.format(**fields)


@dataclass
class Usage:
    """Language-model tokens spent so far."""

    asked: int = 0
    answered: int = 0
    calls: int = 0
    cached: int = 0  # calls answered from the cache, at no cost

    @property
    def tokens(self) -> int:
        return self.asked + self.answered


class LanguageModel(Protocol):
    """Answers prompts. `immediate` models (rules) are asked in the caller's thread."""

    name: str
    immediate: bool
    usage: Usage

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        """A valid answer.

        Raises InvalidOutput when even the repaired answer does not fit the schema, and
        ModelUnavailable when no model can answer this prompt.
        """
        ...


@dataclass(frozen=True, eq=False, slots=True)
class TokenStates:
    """Compressed contextual token states of one text, for late interaction.

    `codes[t] * scale[t]` restores the projected, unit-length state of token t.
    """

    ids: npt.NDArray[np.uint16]  # [t] WordPiece ids; special tokens are dropped
    codes: npt.NDArray[np.int8]  # [t, p]
    scale: npt.NDArray[np.float16]  # [t]
    spans: npt.NDArray[np.uint32] | None = None  # [t, 2] characters of each token; never stored

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, start: int, end: int) -> "TokenStates":
        """The tokens from start up to end, without their spans."""
        return TokenStates(self.ids[start:end], self.codes[start:end], self.scale[start:end])


@dataclass(frozen=True, eq=False, slots=True)
class Embedding:
    """Unit-length sentence vectors [n, width], and token states where the embedder has them."""

    vectors: Floats
    tokens: tuple[TokenStates, ...] | None = field(default=None)


class Embedder(Protocol):
    """Turns texts into vectors. Vectors of different fingerprints are never mixed."""

    fingerprint: str
    width: int

    def embed(self, texts: Sequence[str]) -> Embedding: ...
