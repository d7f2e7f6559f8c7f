"""Retrieval metrics as LongMemEval and LoCoMo publish them.

LongMemEval (paper 43) counts a question as found when any, or all, of its gold documents are
among the first k, and takes a DCG that is not the usual one: rel₁ + Σ_{i≥2} relᵢ / log₂ i, so
that rank 2 weighs as much as rank 1. LoCoMo takes the mean share of evidence found.
"""

import math
from collections.abc import Collection, Sequence

LONGMEMEVAL_KS = (1, 3, 5, 10, 30, 50)
LOCOMO_KS = (1, 5, 10, 25, 50)


def recall_any(ranking: Sequence[str], gold: Collection[str], k: int) -> float:
    """1 when some gold document is among the first k."""
    return float(any(document in gold for document in ranking[:k]))


def recall_all(ranking: Sequence[str], gold: Collection[str], k: int) -> float:
    """1 when every gold document is among the first k."""
    return float(set(gold) <= set(ranking[:k]))


def recall(ranking: Sequence[str], gold: Collection[str], k: int) -> float:
    """The share of gold documents among the first k."""
    return len(set(gold) & set(ranking[:k])) / len(gold)


def ndcg_any(ranking: Sequence[str], gold: Collection[str], k: int) -> float:
    """The published DCG of the first k over that of the best order there could be."""
    best = dcg([1.0] * min(len(gold), k))
    return dcg([float(document in gold) for document in ranking[:k]]) / best if best else 0.0


def dcg(relevances: Sequence[float]) -> float:
    """rel₁ + Σ_{i≥2} relᵢ / log₂ i, where the usual form divides by log₂ (i + 1)."""
    return sum(
        relevance if rank == 1 else relevance / math.log2(rank)
        for rank, relevance in enumerate(relevances, start=1)
    )


def longmemeval_scores(ranking: Sequence[str], gold: Collection[str]) -> dict[str, float]:
    """Every published metric of one question, by the name it is reported under."""
    scores = {}
    for k in LONGMEMEVAL_KS:
        scores[f"recall_any@{k}"] = recall_any(ranking, gold, k)
        scores[f"recall_all@{k}"] = recall_all(ranking, gold, k)
        scores[f"ndcg_any@{k}"] = ndcg_any(ranking, gold, k)
    return scores


def locomo_scores(ranking: Sequence[str], gold: Collection[str]) -> dict[str, float]:
    """Mean evidence recall of one question, and whether any or all of it was found."""
    scores = {}
    for k in LOCOMO_KS:
        scores[f"recall@{k}"] = recall(ranking, gold, k)
        scores[f"recall_any@{k}"] = recall_any(ranking, gold, k)
        scores[f"recall_all@{k}"] = recall_all(ranking, gold, k)
    return scores
