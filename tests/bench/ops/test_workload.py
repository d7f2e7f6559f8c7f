"""The workload: realistic, seeded, the same for every system, its filter keeping one per cent."""

import json

import numpy as np
import pytest

from memwell.bench.ops.truth import nearest
from memwell.bench.ops.workload import BLOCK, CONVERSATION, labels, prepared
from memwell.models import wordpiece


@pytest.fixture
def thousand(tmp_path):
    return prepared(tmp_path, 1_000, 50, seed=0)


def topics_of(work):
    return np.load(work.folder / "topics.npy")


def test_a_topic_keeps_one_per_cent(thousand):
    assert np.bincount(topics_of(thousand), minlength=100).tolist() == [10] * 100
    assert np.bincount(labels(5, 7), minlength=100).tolist() == [BLOCK // 100] * 100


def test_the_turns_of_a_conversation_share_their_topic(thousand):
    assert (topics_of(thousand).reshape(-1, CONVERSATION) == topics_of(thousand)[::10, None]).all()


def test_turns_are_as_long_as_people_talk_and_all_distinct(thousand):
    turns = list(thousand.turns())
    assert len(turns) == len(set(turns)) == 1_000
    tokenizer = wordpiece.tokenizer(512)
    lengths = [len(tokenizer.encode(turn).ids) - 2 for turn in turns]
    assert 25 < np.mean(lengths) < 45


def test_vectors_are_unit_and_clustered(thousand):
    vectors = np.array(thousand.vectors())
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    assert np.median(cosines) < 0.35
    assert np.median(cosines.max(axis=1)) > 0.5


def test_a_smaller_workload_is_the_beginning_of_a_larger_one(tmp_path):
    small, large = (prepared(tmp_path, size, 5, seed=2) for size in (300, 700))
    assert np.array_equal(small.vectors(), large.vectors()[:300])
    assert list(small.turns()) == list(large.turns())[:300]
    assert np.array_equal(topics_of(small), topics_of(large)[:300])


def test_another_seed_draws_others(tmp_path):
    first, second = (prepared(tmp_path, 50, 5, seed=seed) for seed in (1, 2))
    assert not np.array_equal(first.vectors(), second.vectors())
    assert list(first.turns()) != list(second.turns())


def test_the_truth_is_that_of_the_questions(thousand):
    asked = json.loads((thousand.folder / "questions.json").read_text())
    wanted = np.array([int(topic[1:]) for topic in asked["topics"]], np.uint8)
    assert len(asked["texts"]) == len(wanted) == 50
    vectors, queries = thousand.vectors(), thousand.asked_vectors()
    exact = np.load(thousand.folder / "truth.npy")
    assert np.array_equal(exact, nearest(vectors, queries, 10))
    filtered = np.load(thousand.folder / "truth_filtered.npy")
    assert (topics_of(thousand)[filtered] == wanted[:, None]).all()


def test_it_is_made_once(thousand, tmp_path):
    before = (thousand.folder / "vectors.npy").stat().st_mtime_ns
    assert prepared(tmp_path, 1_000, 50, seed=0) == thousand
    assert (thousand.folder / "vectors.npy").stat().st_mtime_ns == before
