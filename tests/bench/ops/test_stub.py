"""The embedding stub, asked over HTTP on the loopback address as a client would."""

import httpx
import numpy as np
import pytest

from memwell.bench.ops.stub import EmbeddingStub

VECTORS = np.random.default_rng(1).standard_normal((3, 8)).astype(np.float32)
TEXTS = ["a cat", 'a "quoted" dog', "naïve"]


@pytest.fixture
def stub():
    with EmbeddingStub(TEXTS, VECTORS) as running:
        yield running


def asked(stub, given):
    return httpx.post(f"{stub.url}/embeddings", json={"model": "any", "input": given})


def test_it_gives_back_the_very_vectors_in_order(stub):
    answer = asked(stub, TEXTS[::-1])
    assert answer.status_code == 200
    items = answer.json()["data"]
    assert [item["index"] for item in items] == [0, 1, 2]
    given = np.array([item["embedding"] for item in items], np.float32)
    assert np.array_equal(given, VECTORS[::-1])


def test_one_text_may_come_without_a_list(stub):
    given = np.array(asked(stub, "naïve").json()["data"][0]["embedding"], np.float32)
    assert np.array_equal(given, VECTORS[2])


def test_a_text_it_does_not_know_is_refused(stub):
    answer = asked(stub, ["a cat", "a mouse"])
    assert answer.status_code == 404
    assert "no vector" in answer.json()["error"]["message"]


def test_it_counts_its_own_time(stub):
    assert httpx.get(f"{stub.url}/seconds").json() == {"seconds": 0.0, "requests": 0}
    with httpx.Client() as client:  # one connection, kept open
        for text in TEXTS:
            client.post(f"{stub.url}/embeddings", json={"input": [text]})
        known = client.get(f"{stub.url}/seconds").json()
    assert known["requests"] == 3
    assert 0 < known["seconds"] < 3


def test_it_listens_on_the_loopback_address_only(stub):
    assert stub.url.startswith("http://127.0.0.1:")
