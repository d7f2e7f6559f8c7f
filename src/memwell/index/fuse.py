"""Fusing rankings, and choosing results that are not all the same."""

from collections.abc import Sequence

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats


def reciprocal_ranks(rankings: Sequence[Ints], count: int, constant: float = 20.0) -> Floats:
    """Reciprocal-rank fusion: Σ 1 / (constant + rank), ranks from 1 (Cormack et al., 2009)."""
    scores = np.zeros(count, np.float32)
    for ranking in rankings:
        scores[ranking] += 1.0 / (constant + np.arange(1, len(ranking) + 1))
    return scores


def weighted(scores: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Weighted fusion: Σ weight · standardised scores, [n]."""
    parts = [weight * standardised(each) for each, weight in zip(scores, weights, strict=True)]
    return np.asarray(np.sum(parts, axis=0), np.float32)


def standardised(scores: Floats) -> Floats:
    """Zero mean, unit variance; all zeros where every score is the same."""
    spread = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def diverse(scores: Floats, vectors: Floats, k: int, balance: float = 0.5) -> list[int]:
    """Greedy maximal marginal relevance (Carbonell and Goldstein, 1998).

    Each step takes the highest balance · score - (1 - balance) · similarity to what was taken.
    """
    chosen: list[int] = []
    similarity = np.zeros(len(scores), np.float32)
    open_ = np.ones(len(scores), bool)
    while len(chosen) < min(k, len(scores)):
        gain = np.where(open_, balance * scores - (1 - balance) * similarity, -np.inf)
        best = int(np.argmax(gain))
        chosen.append(best)
        open_[best] = False
        similarity = np.maximum(similarity, vectors @ vectors[best])
    return chosen
