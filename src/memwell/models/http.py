"""Models behind any OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, or a cloud."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from memwell.core.errors import InvalidOutput
from memwell.core.model import Embedding, Floats
from memwell.models.asking import Completion
from memwell.models.endpoint import Endpoint, Refused
from memwell.models.states import unit

BATCH = 64  # texts per embedding request


@dataclass
class OpenAICompatible:
    """Chat completions as a provider for `Asking`."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    retries: int = 3
    temperature: float = 0.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    name: str = field(default="", init=False)
    _endpoint: Endpoint = field(init=False, repr=False)
    _takes_schema: bool = field(default=True, init=False, repr=False)

    def __post_init__(self) -> None:
        self._endpoint = Endpoint(
            self.base_url, self.api_key, self.timeout, self.retries, self.sleep
        )
        self.name = f"{self._endpoint.base_url}#{self.model}"

    def complete(self, prompt: str, schema: dict[str, Any]) -> Completion:
        """What the model writes. An endpoint that refuses JSON schemas is asked without one.

        Raises ModelUnavailable or InvalidOutput.
        """
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": self.temperature,
        }
        if not self._takes_schema:
            return completion(self._endpoint.post("chat/completions", body))
        form = {"name": "answer", "schema": schema}
        asking = {**body, "response_format": {"type": "json_schema", "json_schema": form}}
        try:
            answer = self._endpoint.post("chat/completions", asking)
        except Refused:
            answer = self._endpoint.post("chat/completions", body)
            self._takes_schema = False  # it was the schema, for without it the model answers
        return completion(answer)


def completion(answer: dict[str, Any]) -> Completion:
    """Text and token counts of a chat completion. Raises InvalidOutput when it is none."""
    try:
        text = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise InvalidOutput("the endpoint's answer holds no choices[0].message.content") from error
    used = answer.get("usage") or {}
    return Completion(text or "", used.get("prompt_tokens"), used.get("completion_tokens"))


@dataclass
class HTTPEmbedder:
    """Sentence vectors from an endpoint, at unit length; it has no token states.

    `width` is 0 until the first answer tells it.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    retries: int = 3
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    width: int = field(default=0, init=False)
    fingerprint: str = field(default="", init=False)
    _endpoint: Endpoint = field(init=False, repr=False)
    _measuring: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        self._endpoint = Endpoint(
            self.base_url, self.api_key, self.timeout, self.retries, self.sleep
        )
        self.fingerprint = f"{self._endpoint.base_url}#{self.model}"

    def embed(self, texts: Sequence[str]) -> Embedding:
        """Unit vectors [n, width]. Raises ModelUnavailable or InvalidOutput."""
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        rows = [self._request(batch) for batch in batches]
        return Embedding(np.concatenate(rows) if rows else np.zeros((0, self.width), np.float32))

    def _request(self, texts: Sequence[str]) -> Floats:
        # Endpoints refuse empty texts; a blank one stands for nothing just as well.
        body = {"model": self.model, "input": [text or " " for text in texts]}
        vectors = vectors_of(self._endpoint.post("embeddings", body), len(texts))
        with self._measuring:
            self.width = self.width or vectors.shape[1]
        if vectors.shape[1] != self.width:
            raise InvalidOutput(
                f"{self.fingerprint} gave vectors of {vectors.shape[1]} numbers after "
                f"{self.width}: they cannot be compared"
            )
        return unit(vectors)


def vectors_of(answer: dict[str, Any], count: int) -> Floats:
    """The vectors [count, width] of an answer, in the order asked. Raises InvalidOutput."""
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], np.float32)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidOutput("the endpoint's answer holds no list of embeddings") from error
    if vectors.ndim != 2 or len(vectors) != count or vectors.shape[1] == 0:
        raise InvalidOutput(f"the endpoint gave {len(vectors)} vectors for {count} texts")
    if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
        raise InvalidOutput("the endpoint gave vectors that are empty or not finite")
    return vectors
