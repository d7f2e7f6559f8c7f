"""Answers by rule, without a language model: at once, for nothing, and the same every time.

The prompt named "keywords" is answered by the function `keywords` in `keywords.py`, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from memwell.core.errors import ModelUnavailable
from memwell.core.model import Prompt, T, Usage

if TYPE_CHECKING:
    from pydantic import BaseModel

Rule = Callable[[dict[str, Any]], "BaseModel"]


@dataclass
class Rules:
    """A LanguageModel that knows some prompts by name and costs no tokens."""

    name: str = "rules"
    immediate: bool = True
    usage: Usage = field(default_factory=Usage)

    def ask(self, prompt: Prompt[T], **fields: Any) -> T:
        """The answer. Raises ModelUnavailable for a prompt there is no rule for."""
        prompt.render(fields)  # the same complaint about a missing field as any other model
        answered = rule(prompt.name)(fields)
        if isinstance(answered, prompt.schema):
            return answered
        return prompt.schema.model_validate(answered.model_dump())


def knows(name: str) -> bool:
    """True when there is a rule for prompts of this name."""
    return _found(name) is not None


def rule(name: str) -> Rule:
    """The rule for prompts of this name, imported when it is first wanted."""
    found = _found(name)
    if found is None:
        raise ModelUnavailable(
            f"the prompt {name!r} needs a language model and none is configured: rules cannot "
            'answer it; pass model="http://host/v1#model"'
        )
    return found


def _found(name: str) -> Rule | None:
    if not name.isidentifier() or name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        return None
    function: Rule | None = getattr(import_module(f"{__name__}.{name}"), name, None)
    return function
