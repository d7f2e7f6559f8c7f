"""/v1/embeddings: the vectors that memwell itself searches with."""

import base64
from typing import Any

import numpy as np

from memwell.app.proxy.asked import Texts
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.model import Embedding, Floats
from memwell.core.tokens import estimate
from memwell.kernel.memory import Memory

OWN = "memwell"


def embedder_names(memory: Memory) -> list[str]:
    """What the embedder may be called; none when there is none."""
    embedder = memory.view().embedder
    return [OWN, embedder.fingerprint] if embedder else []


def embed(memory: Memory, asked: Texts) -> dict[str, Any]:
    """Vectors of unit length for each text, in order, as OpenAI's protocol has them.

    Raises NotFound for another model than the memory's own, and InvalidInput.
    """
    view = memory.view()
    if view.embedder is None:
        raise NotFound("this memory searches by words alone: it has no embedder")
    if asked.model not in embedder_names(memory):
        raise NotFound(
            f"there is no embedder {asked.model[:100]!r} here: ask for {OWN!r}, which is "
            f"{view.embedder.fingerprint}"
        )
    texts = asked.texts
    found = view.embed(texts)
    assert found is not None
    if asked.dimensions not in (None, found.vectors.shape[1]):
        raise InvalidInput(f"its vectors have {found.vectors.shape[1]} dimensions and no other")
    tokens = _tokens(texts, found)
    return {
        "object": "list",
        "model": view.embedder.fingerprint,
        "data": [
            {"object": "embedding", "index": place, "embedding": _written(vector, asked)}
            for place, vector in enumerate(found.vectors)
        ],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _written(vector: Floats, asked: Texts) -> str | list[float]:
    if asked.encoding_format == "base64":
        return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()
    return [float(number) for number in vector]


def _tokens(texts: list[str], found: Embedding) -> int:
    """Counted where the embedder counts them, else estimated."""
    if found.tokens is not None:
        return sum(len(states) for states in found.tokens)
    return sum(map(estimate, texts))
