"""A real embedder for questions; its results for some thousand turns are reused for many more.

Embedding 100,000 turns takes half an hour, and what a search costs does not depend on which turn
the token states came from. Every memory gets the token states of one of the distinct turns that
were embedded, and that turn's vector, moved a little so that no two are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from memwell.core.model import Embedder, Embedding
from memwell.models.states import unit

APART = 0.3  # length of the noise between a turn's vector and the one that is reused


@dataclass
class Reused:
    """Embeds like `inner`, or, while `filling`, hands out what it made of the first turns."""

    inner: Embedder
    turns: Sequence[str]
    seed: int = 0
    filling: bool = True
    fingerprint: str = field(init=False)
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.fingerprint, self.width = f"reused:{self.inner.fingerprint}", self.inner.width
        self._made = self.inner.embed(self.turns)
        self._rng = np.random.default_rng([self.seed, 5])
        self._next = 0

    def embed(self, texts: Sequence[str]) -> Embedding:
        """Overrides Embedder."""
        if not self.filling:
            return self.inner.embed(texts)
        picked = (self._next + np.arange(len(texts))) % len(self.turns)
        self._next += len(texts)
        noise = self._rng.standard_normal((len(texts), self.width), np.float32)
        vectors = unit(self._made.vectors[picked] + APART / self.width**0.5 * noise)
        tokens = self._made.tokens
        return Embedding(vectors, tuple(tokens[at] for at in picked.tolist()) if tokens else None)
