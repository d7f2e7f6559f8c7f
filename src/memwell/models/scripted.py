"""Stand-ins for tests: a language model that says what it is told, an embedder of n-grams."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.metering import spend
from memwell.core.model import Embedding, Floats, Prompt, T, TokenStates, Usage
from memwell.models import states

Script = Callable[..., Any] | Sequence[Any]


@dataclass(frozen=True)
class Call:
    """One question the model was asked."""

    prompt: str
    fields: dict[str, Any]


@dataclass
class Scripted:
    """A LanguageModel that answers from a script, by the prompt's name.

    A script is a function of the prompt's fields, or a list of answers to give one after the
    other. An answer is a value of the prompt's schema, a mapping that fits it, or an exception
    to raise.
    """

    script: Mapping[str, Script] = field(default_factory=dict)
    name: str = "scripted"
    immediate: bool = True
    usage: Usage = field(default_factory=Usage)
    calls: list[Call] = field(default_factory=list)

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        """The scripted answer.

        Raises ModelUnavailable when the script has none (left), InvalidOutput for a misfit.
        """
        prompt.render(fields)
        self.calls.append(Call(prompt.name, fields))
        self.usage.calls += 1
        spend(calls=1)
        answer = self._next(prompt.name, fields)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, prompt.schema):
            return answer
        try:
            return prompt.schema.model_validate(answer)
        except ValueError as error:
            raise InvalidOutput(f"the script's answer to {prompt.name!r} does not fit") from error

    def asked(self, name: str) -> list[dict[str, Any]]:
        """The fields of every question of that name, in order."""
        return [call.fields for call in self.calls if call.prompt == name]

    def _next(self, name: str, fields: dict[str, Any]) -> Any:
        script = self.script.get(name)
        if callable(script):
            return script(**fields)
        place = len(self.asked(name)) - 1
        if script is None or place >= len(script):
            raise ModelUnavailable(f"the script has no answer to call {place + 1} of {name!r}")
        return script[place]


@dataclass
class HashEmbedder:
    """Vectors from hashed words and letter trigrams: no weights, the same on every machine.

    Texts that share words are near each other; meaning beyond that is not seen. Token states
    stand for whole words.
    """

    width: int = 64
    fingerprint: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.fingerprint = f"hash:{self.width}"

    def embed(self, texts: Sequence[str]) -> Embedding:
        """Unit vectors [n, width] and token states [words, width] of every text."""
        each = [[self._word(word) for word in text.lower().split()] for text in texts]
        vectors = np.zeros((len(texts), self.width), np.float32)
        for place, words in enumerate(each):
            vectors[place] = np.sum(words, axis=0) if words else self._word("")
        return Embedding(states.unit(vectors), tuple(map(self._tokens, texts, each)))

    def _word(self, word: str) -> Floats:
        return _direction(f"<{word.strip('.,;:!?()')}>", self.width)

    def _tokens(self, text: str, words: list[Floats]) -> TokenStates:
        numbers = [hashlib.blake2b(word.encode(), digest_size=2) for word in text.lower().split()]
        ids = np.array([int.from_bytes(number.digest()) for number in numbers], np.uint16)
        hidden = np.array(words, np.float32).reshape(len(words), self.width)
        return states.compress(ids, states.unit(hidden))


@lru_cache(maxsize=50_000)
def _direction(word: str, width: int) -> Floats:
    """Of a word: the sum of its own and those of its trigrams."""
    grams = [word, *(word[place : place + 3] for place in range(len(word) - 2))]
    vector: Floats = np.sum([_drawn(gram, width) for gram in grams], axis=0, dtype=np.float32)
    return vector


def _drawn(gram: str, width: int) -> Floats:
    seed = int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(width, np.float32)
