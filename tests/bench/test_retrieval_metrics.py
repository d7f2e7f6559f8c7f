"""Metrics against values worked out by hand."""

import math

import pytest

from memwell.bench.averages import averages, percentile
from memwell.bench.retrieval_metrics import (
    dcg,
    locomo_scores,
    longmemeval_scores,
    ndcg_any,
    recall,
    recall_all,
    recall_any,
)

RANKING = ["a", "b", "c", "d", "e", "f"]


def test_any_needs_one_and_all_needs_every_gold_document():
    assert recall_any(RANKING, {"c", "f"}, 3) == 1
    assert recall_all(RANKING, {"c", "f"}, 3) == 0
    assert recall_all(RANKING, {"c", "f"}, 6) == 1
    assert recall_any(RANKING, {"x"}, 6) == 0


def test_recall_is_the_share_found():
    assert recall(RANKING, {"a", "c", "x", "f"}, 3) == 0.5


def test_published_dcg_weighs_rank_two_like_rank_one():
    assert dcg([0, 1]) == 1.0
    assert dcg([1, 1, 1]) == pytest.approx(1 + 1 + 1 / math.log2(3))


def test_ndcg_divides_by_the_best_order():
    # gold at ranks 1 and 4 of 6: (1 + 1/log2 4) / (1 + 1/log2 2)
    assert ndcg_any(RANKING, {"a", "d"}, 5) == pytest.approx(1.5 / 2)
    # the ideal is cut at k, too
    assert ndcg_any(RANKING, {"a", "d"}, 1) == 1.0
    assert ndcg_any(RANKING, {"x"}, 5) == 0.0


def test_a_ranking_shorter_than_k_is_no_error():
    assert ndcg_any(["a"], {"a", "b"}, 5) == pytest.approx(1 / 2)
    assert recall_all([], {"a"}, 5) == 0


def test_all_published_metrics_have_their_names():
    found = longmemeval_scores(RANKING, {"b"})
    assert found["recall_any@1"] == 0
    assert found["ndcg_any@3"] == 1.0  # rank 2 is as good as rank 1
    assert len(found) == 18
    assert {"recall@5", "recall@10", "recall_all@50"} <= locomo_scores(RANKING, {"b"}).keys()


def test_averages_are_over_questions_not_over_groups():
    found = averages([("x", {"m": 1.0}), ("x", {"m": 1.0}), ("y", {"m": 0.0})])
    assert found["all"] == {"n": 3, "m": pytest.approx(2 / 3)}
    assert found["y"] == {"n": 1, "m": 0.0}


def test_percentiles_are_values_that_occurred():
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7], 0.95) == 7
