"""Fusing rankings, and choosing results that are not all the same."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np

from memwell.core.evidence import Ints
from memwell.core.model import Floats

T = TypeVar("T")


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


def interleaved(
    ranked: Sequence[T], guests: Sequence[T], first: int, every: int, of: Callable[[T], Hashable]
) -> list[T]:
    """The ranking, in which one place in `every` beyond the first few goes to the next guest.

    A guest that stands higher by itself stays there; whoever gave way follows. `of` tells what is
    the same. The head of a longer ranking is the same as a shorter one.
    """
    found, waiting = list(ranked), list(guests)
    place = first + every - 1
    while place <= len(found):
        taken = {of(one) for one in found[:place]}
        waiting = [one for one in waiting if of(one) not in taken]
        if not waiting:
            break
        chosen = waiting.pop(0)
        found = [one for one in found if of(one) != of(chosen)]
        found.insert(place, chosen)
        place += every
    return found


def descending(scores: Sequence[float]) -> list[float]:
    """Each score as high as the highest after it: scores that fit an order which was changed."""
    found = np.maximum.accumulate(np.array(scores[::-1], np.float64))[::-1]
    return [float(score) for score in found]
