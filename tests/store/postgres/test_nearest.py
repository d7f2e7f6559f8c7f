"""The server's own vector search: nothing is lost to a filter, however few pass it."""

from collections.abc import Iterator

import numpy as np
import pytest
from storing import ALL, FP, batch, cube, put

from memwell.core.filter import parsed
from memwell.core.model import Floats
from memwell.core.store import Keys
from memwell.core.view import NOW
from memwell.store.postgres import nearest
from memwell.store.postgres.store import PostgresStore

COUNT, WIDTH, CLUSTERS, K, ASKED = 8_000, 32, 40, 10, 40


def clustered(seed: int) -> tuple[Floats, Floats]:
    """Vectors around some centres, as those of texts are, and queries near them."""
    drawn = np.random.default_rng(seed)
    centres = drawn.standard_normal((CLUSTERS, WIDTH))
    near = centres[drawn.integers(0, CLUSTERS, COUNT)]
    vectors = near + 0.5 * drawn.standard_normal((COUNT, WIDTH))
    asked = centres[drawn.integers(0, CLUSTERS, ASKED)]
    queries = asked + 0.5 * drawn.standard_normal((ASKED, WIDTH))
    return unit(vectors), unit(queries)


def unit(vectors: Floats) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def filled(server) -> Iterator[tuple[PostgresStore, Floats, Floats]]:  # type: ignore[no-untyped-def]
    """One of a hundred memories has the label, in no relation to where its vector lies."""
    url = server.empty()
    store = PostgresStore(url)
    vectors, queries = clustered(seed=7)
    rare = np.random.default_rng(8).random(COUNT) < 0.01
    puts = [
        put(
            cube(f"c{place:05}", labels={"kind": "rare" if rare[place] else "plain"}),
            keys=Keys(np.array([place], np.uint32), vectors[place]),
        )
        for place in range(COUNT)
    ]
    store.commit(batch(*puts))
    assert store.index_vectors(FP)
    server.analyze(url)
    yield store, vectors, queries
    store.close()
    server.drop(url)


def recall(store: PostgresStore, vectors: Floats, queries: Floats, label: str | None) -> float:
    """Of the K truly nearest that pass the filter, how many are found."""
    where = parsed({"kind": label}) if label else None
    rows = store.rows(ALL, where)
    entries = vectors[rows - 1]
    found = 0
    for query in queries:
        best = set(rows[np.argsort(-(entries @ query))[:K]].tolist())
        near = store.nearest(FP, query, K, ALL, NOW, where)
        assert near is not None
        found += len(best & set(near.tolist()))
    return found / (K * len(queries))


@pytest.mark.parametrize("label", [None, "plain", "rare"])
def test_nothing_is_lost_to_a_filter(filled, label):
    assert recall(*filled, label) >= 0.95


@pytest.mark.parametrize("label", [None, "plain", "rare"])
def test_nor_along_the_graph(filled, label, monkeypatch):
    """The same when few are many enough to walk: the scan goes on until enough have passed."""
    monkeypatch.setattr(nearest, "EXACT", 0)
    assert recall(*filled, label) >= 0.95


def test_the_graph_alone_loses_what_a_filter_lets_pass(filled, monkeypatch):
    """What this is about: without going on, one in a hundred is hardly ever among the nearest."""
    monkeypatch.setattr(nearest, "EXACT", 0)
    once = [each.replace("strict_order", "off") for each in nearest.WALKING]
    monkeypatch.setattr(nearest, "WALKING", [each.replace("200", "40") for each in once])
    assert recall(*filled, "rare") < 0.5


def test_the_graph_is_what_is_walked(filled, monkeypatch):
    store, _, queries = filled
    monkeypatch.setattr(nearest, "EXACT", 0)
    seen: list[str] = []
    connection = store.connections.get()
    execute = type(connection).execute

    def told(self, sql, values=(), /):
        if sql.startswith("SELECT version.row"):
            plan = execute(self, f"EXPLAIN {sql}", values)
            seen.extend(line for (line,) in plan)
        return execute(self, sql, values)

    monkeypatch.setattr(type(connection), "execute", told)
    store.nearest(FP, queries[0], K, ALL, NOW)
    assert any("vector_hnsw" in line or "using vector_" in line for line in seen)


def test_a_store_without_the_index_leaves_it_to_others(database):
    store = PostgresStore(database)
    try:
        assert not store.index_vectors(FP)  # there are no vectors yet
        store.commit(batch(put(cube("a"))))
        assert store.nearest(FP, np.ones(24, np.float32), 1, ALL, NOW) is None
    finally:
        store.close()
