"""Answers held to a JSON schema while they are written (with llguidance).

Before each token all that would break the schema are ruled out. An answer that runs out of tokens
is ended after its last whole item; what was begun of the next is dropped.
"""

import json
import logging
from typing import Any

import numpy as np

from memwell.models.unfinished import endings

log = logging.getLogger(__name__)

COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


class Grammar:
    """Holds a tokenizer's answers to schemas. Building it takes a second: keep it."""

    def __init__(self, tokenizer: Any, ends: list[int]) -> None:
        from llguidance.hf import from_tokenizer

        self._tokenizer = from_tokenizer(tokenizer, eos_token=ends)

    def answer(self, schema: dict[str, Any]) -> "Held | None":
        """For one answer; None for a schema that cannot be held to, which is then left free."""
        from llguidance import LLMatcher

        form = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides=COMPACT)
        matcher = LLMatcher(self._tokenizer, form, log_level=0)
        if matcher.is_error():
            log.info("this schema cannot be held to: %s", matcher.get_error())
            return None
        return Held(matcher, self._tokenizer)


class Held:
    """A logits processor that holds one answer to its schema."""

    def __init__(self, matcher: Any, tokenizer: Any) -> None:
        self._matcher = matcher
        self._fresh = matcher.deep_copy()
        self._tokenizer = tokenizer
        self._started = False

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores [1, vocabulary] with -inf for every token that must not follow."""
        import torch

        if self._started:
            self._matcher.consume_token(int(input_ids[0, -1]))
        self._started = True
        allowed = np.frombuffer(self._matcher.compute_logit_bias(), np.uint8) > 0
        return scores.masked_fill(~torch.from_numpy(allowed), float("-inf"))

    def whole(self, text: str) -> str:
        """The text, ended after its last whole item where it is unfinished."""
        if self.fits(text):
            return text
        return next(filter(self.fits, endings(text)), text)

    def fits(self, text: str) -> bool:
        """Whether the text is a whole answer in the form of the schema."""
        matcher = self._fresh.deep_copy()
        tokens = self._tokenizer.tokenize_str(text)
        return matcher.try_consume_tokens(tokens) == len(tokens) and bool(matcher.is_accepting())
