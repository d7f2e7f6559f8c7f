"""Any model that completes text, made into one that answers typed prompts.

The schema goes with the question, the answer is checked against it, and a misfit is sent back
once with what is wrong. Answers are cached by content: the same question costs once.
"""

import hashlib
import json
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from memwell.core.errors import InvalidOutput
from memwell.core.metering import spend
from memwell.core.model import Prompt, T, Usage

CHARACTERS_PER_TOKEN = 4  # an estimate for English, where the provider does not count


@dataclass(frozen=True, slots=True)
class Completion:
    """What a provider wrote, and the tokens it counted (None where it does not count)."""

    text: str
    asked: int | None = None
    answered: int | None = None


class Provider(Protocol):
    """Completes a text. `schema` is the JSON schema to hold to, where the provider can.

    One that always does says so with `holds_schema = True`: the schema is then left out of the
    question, where a small model would rather copy it than answer.
    """

    name: str

    def complete(self, prompt: str, schema: dict[str, Any]) -> Completion: ...


@dataclass
class Asking:
    """A LanguageModel over a provider. Safe to ask from several threads."""

    provider: Provider
    cache: MutableMapping[str, str] = field(default_factory=dict, repr=False)
    usage: Usage = field(default_factory=Usage)
    immediate: bool = False
    name: str = field(default="", init=False)
    _counting: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self.name = self.provider.name

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        """A valid answer, from the cache where the same was asked before.

        Raises InvalidOutput when the repaired answer does not fit either, and whatever the
        provider raises.
        """
        # The schema is part of the key even where the provider needs no telling.
        told = rendered(prompt, fields)
        key = hashlib.sha256(f"{self.name}\x1f{told}".encode()).hexdigest()
        if (known := self.cache.get(key)) is not None:
            self._count(cached=1)
            return prompt.schema.model_validate_json(known)
        held = getattr(self.provider, "holds_schema", False)
        answer = self._answer(prompt, prompt.render(fields) if held else told)
        self.cache[key] = answer.model_dump_json()
        return answer

    def _answer(self, prompt: Prompt[T], question: str) -> T:
        written = self._complete(question, prompt)
        try:
            return parsed(written, prompt.schema)
        except ValueError as error:
            again = repair(question, written, error)
        try:
            return parsed(self._complete(again, prompt), prompt.schema)
        except ValueError as error:
            raise InvalidOutput(
                f"{self.name} gave no valid answer to {prompt.name!r}, even when told what is "
                f"wrong: {reason(error)}"
            ) from error

    def _complete(self, question: str, prompt: Prompt[T]) -> str:
        done = self.provider.complete(question, prompt.schema.model_json_schema())
        self._count(
            calls=1,
            asked=estimate(question) if done.asked is None else done.asked,
            answered=estimate(done.text) if done.answered is None else done.answered,
        )
        return done.text

    def _count(self, **more: int) -> None:
        spend(**more)
        with self._counting:
            for name, number in more.items():
                setattr(self.usage, name, getattr(self.usage, name) + number)


def rendered(prompt: Prompt[T], fields: dict[str, Any]) -> str:
    """The question in words, with the form its answer must have."""
    schema = json.dumps(prompt.schema.model_json_schema(), ensure_ascii=False, sort_keys=True)
    return (
        f"{prompt.render(fields)}\n\n"
        f"Answer with one JSON object that fits this schema, and nothing else:\n{schema}"
    )


def repair(question: str, written: str, error: ValueError) -> str:
    """The question again, with the answer that did not fit and why."""
    return (
        f"{question}\n\nYour last answer was:\n{written}\n\n"
        f"It does not fit: {reason(error)}\nGive the corrected JSON object, and nothing else."
    )


def parsed(written: str, schema: type[T]) -> T:
    """The first JSON object in what was written, checked. Raises ValueError."""
    start = written.find("{")
    if start < 0:
        raise ValueError("there is no JSON object in it")
    value, _ = json.JSONDecoder().raw_decode(written, start)
    return schema.model_validate(value)


def reason(error: ValueError) -> str:
    """What is wrong, in one line per field."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'answer'}: {each['msg']}" for each in error.errors()
    )


def estimate(text: str) -> int:
    """About how many tokens a text is."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)
