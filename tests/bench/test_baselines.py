"""Baselines rank what they should, and BM25 is the published one to the digit."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from memwell.bench.baselines import BASELINES
from memwell.bench.bm25 import OkapiBM25
from memwell.bench.retrieval_case import Document, RetrievalCase


def case(question, *texts):
    documents = tuple(Document(str(place), text) for place, text in enumerate(texts))
    asked = datetime(2023, 1, 1, tzinfo=UTC)
    return RetrievalCase("q", "g", question, "u", asked, documents, frozenset({"0"}))


def test_published_bm25_equals_the_package_it_names():
    published = pytest.importorskip("rank_bm25", reason="needs rank-bm25 (the bench extra)")
    choose = random.Random(3)
    words = [f"w{n}" for n in range(30)]
    corpus = [
        choose.choices(words[: choose.randint(2, 30)], k=choose.randint(1, 40)) for _ in range(50)
    ]
    query = [*choose.choices(words, k=6), "w1", "w1", "unknown"]
    expected = published.BM25Okapi(corpus).get_scores(query)
    np.testing.assert_allclose(OkapiBM25(corpus).scores(query), expected, rtol=1e-12)


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_puts_the_matching_document_first(name):
    ranker = BASELINES[name]()
    given = case("which boat is red", "green tea", "the red boat is mine", "a dog", "sun")
    ranker.prepare(given)
    assert ranker.rank(given)[0] == "1"
    assert sorted(ranker.rank(given)) == ["0", "1", "2", "3"]


def test_only_stems_see_through_endings():
    given = case("sailing boats", "tea", "we sailed a boat", "dogs", "cats", "sun")
    ranks = {name: build().rank(given)[0] for name, build in BASELINES.items()}
    assert ranks["bm25 (stemmed)"] == "1"


def test_an_empty_document_is_no_error():
    given = case("tea", "", "tea", "sun", "dogs")
    for build in BASELINES.values():
        assert build().rank(given)[0] == "1"
