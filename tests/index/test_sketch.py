"""A sketch leaves out what is far, and never the nearest."""

import numpy as np

from memwell.core.model import Floats
from memwell.index.flat import top
from memwell.index.sketch import Sketch

WIDTH = 128


def vectors(count: int, seed: int) -> Floats:
    """Unit vectors that vary more in some directions than in others, as embeddings do."""
    rng = np.random.default_rng(seed)
    mixed = rng.standard_normal((count, WIDTH)) * (0.97 ** np.arange(WIDTH))
    turned = mixed @ np.linalg.qr(np.random.default_rng(0).standard_normal((WIDTH, WIDTH)))[0]
    return (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)


def test_the_nearest_of_all_are_among_the_near_ones() -> None:
    held, queries = vectors(20_000, 1), vectors(50, 2)
    sketch = Sketch.of(held)
    shares = []
    for query in queries:
        near = sketch.nearest(query, 800)
        shares.append(np.isin(top(held @ query, 100), near).mean())
    assert np.mean(shares) >= 0.99


def test_a_grown_sketch_knows_what_came_later() -> None:
    held = vectors(3_000, 3)
    grown = Sketch.of(held[:2_000]).grown(held)
    assert grown.nearest(held[2_999], 5).tolist().count(2_999) == 1
    assert grown.grown(held) is grown


def test_where_all_are_wanted_all_are_near() -> None:
    assert Sketch.of(vectors(10, 4)).nearest(vectors(1, 5)[0], 10).tolist() == list(range(10))
