"""Answers held to a JSON schema while they are written (with llguidance).

Before each token all that would break the schema are ruled out. An answer that is about to run out
of tokens is ended after its last whole item; what was begun of the next is dropped. Where parts are
still owed, it goes on to them: whatever ends a string, list or object is then preferred.
"""

import json
import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from memwell.models.unfinished import endings, inside_string

log = logging.getLogger(__name__)

COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
RESERVE = 64  # tokens kept for what is still owed

Allowed = npt.NDArray[np.bool_]  # [vocabulary]


class Grammar:
    """Holds a tokenizer's answers to schemas. Building it takes a second: keep it."""

    def __init__(self, tokenizer: Any, ends: list[int]) -> None:
        from llguidance.hf import from_tokenizer

        self.tokenizer = from_tokenizer(tokenizer, eos_token=ends)
        self.ends = ends
        self.quotes = self.tokenizer.tokenize_str('"')
        self.brackets = [*self.tokenizer.tokenize_str("]"), *self.tokenizer.tokenize_str("}")]

    def answer(self, schema: dict[str, Any], limit: int) -> "Held | None":
        """For one answer of at most `limit` tokens.

        None for a schema that cannot be held to: its answers are then left free.
        """
        from llguidance import LLMatcher

        form = LLMatcher.grammar_from_json_schema(json.dumps(closed(schema)), overrides=COMPACT)
        matcher = LLMatcher(self.tokenizer, form, log_level=0)
        if matcher.is_error():
            log.info("this schema cannot be held to: %s", matcher.get_error())
            return None
        return Held(self, matcher, limit)


class Held:
    """A logits processor that holds one answer to its schema."""

    def __init__(self, grammar: Grammar, matcher: Any, limit: int) -> None:
        self._grammar = grammar
        self._matcher = matcher
        self._fresh = matcher.deep_copy()
        self._left = limit
        self._reserve = min(RESERVE, limit // 2)
        self._written: list[int] = []
        self._begun = False
        self._ended: str | None = None  # the whole answer, where it had to be ended

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores [1, vocabulary] with -inf for every token that must not follow."""
        import torch

        if self._begun:
            self._written.append(int(input_ids[0, -1]))
            self._matcher.consume_token(self._written[-1])
        self._begun = True
        self._left -= 1
        return scores.masked_fill(~torch.from_numpy(self._allowed()), float("-inf"))

    def whole(self, text: str) -> str:
        """The text, or the whole answer that it was ended as."""
        return self._ended or text

    def _allowed(self) -> Allowed:
        allowed: Allowed = np.frombuffer(self._matcher.compute_logit_bias(), np.uint8) > 0
        if self._left >= self._reserve:
            return allowed
        text = self._grammar.tokenizer.decode_str(self._written)
        if self._ended is None and not self._matcher.is_accepting():
            self._ended = next(filter(self._fits, endings(text)), None)
        if self._ended is not None:
            return only(self._grammar.ends, np.ones_like(allowed))
        ends = self._grammar.quotes if inside_string(text) else self._grammar.brackets
        nearer = only(ends, allowed)
        return nearer if nearer.any() else allowed

    def _fits(self, text: str) -> bool:
        """Whether the text is a whole answer in the form of the schema."""
        matcher = self._fresh.deep_copy()
        tokens = self._grammar.tokenizer.tokenize_str(text)
        return matcher.try_consume_tokens(tokens) == len(tokens) and bool(matcher.is_accepting())


def closed(schema: Any) -> Any:
    """The schema without room for properties that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    named = inner.get("type") == "object" and "properties" in inner
    return {"additionalProperties": False, **inner} if named else inner


def only(tokens: Iterable[int], allowed: Allowed) -> Allowed:
    """Those of the tokens that are allowed."""
    kept = np.zeros_like(allowed)
    kept[list(tokens)] = True
    return kept & allowed
