"""Unit vectors with the cluster structure that embeddings of talk have."""

from functools import cache

import numpy as np

from memwell.core.model import Floats
from memwell.models.states import unit

WIDTH = 384
CLUSTERS = 2_000
SPREAD = 0.8  # length of the noise about a centre: two of a cluster have a cosine near 0.6
COMMON = 0.7  # length of what all share: two at random have a cosine near 0.2, as embeddings do
NEAR = 0.6  # length of the noise between a question and the memory it asks for


@cache
def centres(seed: int) -> Floats:
    """The clusters' centres [CLUSTERS, WIDTH]."""
    rng = np.random.default_rng([seed, 0])
    return unit(COMMON * unit(_noise(rng, 1)) + _noise(rng, CLUSTERS))


def clustered(rng: np.random.Generator, seed: int, count: int) -> Floats:
    """That many vectors; a few clusters hold much, most hold little."""
    shares = 1 / (np.arange(CLUSTERS) + 10.0)
    chosen = rng.choice(CLUSTERS, count, p=shares / shares.sum())
    return unit(centres(seed)[chosen] + SPREAD * _noise(rng, count))


def near(rng: np.random.Generator, vectors: Floats) -> Floats:
    """A vector near each of these."""
    return unit(vectors + NEAR * _noise(rng, len(vectors)))


def _noise(rng: np.random.Generator, count: int) -> Floats:
    """Directions of length about one."""
    return rng.standard_normal((count, WIDTH), np.float32) / np.float32(WIDTH**0.5)
