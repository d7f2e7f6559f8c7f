"""Breadth-first search: true distances, as far as is looked."""

import random
from collections.abc import Sequence

import pytest

from memwell.index.walk import Step, distances


class Roads:
    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps, self.asked = steps, 0

    def around(self, nodes: Sequence[str]) -> list[Step]:
        self.asked += 1
        return [step for step in self.steps if set(step) & set(nodes)]


LINE = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]


@pytest.mark.parametrize(("depth", "far"), [(0, {"a": 0}), (2, {"a": 0, "b": 1, "c": 2})])
def test_it_goes_as_far_as_it_is_told(depth: int, far: dict[str, int]) -> None:
    assert distances(["a"], Roads(LINE).around, depth, 100) == far


def test_the_nearest_origin_counts() -> None:
    assert distances("ae", Roads(LINE).around, 3, 100) == {"a": 0, "e": 0, "b": 1, "d": 1, "c": 2}


def test_one_look_around_for_each_step_and_none_beyond_the_end() -> None:
    roads = Roads(LINE)
    distances(["a"], roads.around, 50, 100)
    assert roads.asked == 5


def test_it_stops_when_it_has_found_enough() -> None:
    hub = [("hub", f"n{place}") for place in range(1000)]
    assert len(distances(["hub"], Roads(hub).around, 3, 10)) == 10


def test_distances_are_the_shortest() -> None:
    """Against Floyd and Warshall's all-pairs distances on random graphs."""
    rng = random.Random(5)
    for _ in range(20):
        names = [f"n{place}" for place in range(12)]
        steps = [(rng.choice(names), rng.choice(names)) for _ in range(16)]
        far = {(a, b): 0 if a == b else 99 for a in names for b in names}
        for a, b in steps:
            if a != b:
                far[a, b] = far[b, a] = 1
        for via in names:
            for a in names:
                for b in names:
                    far[a, b] = min(far[a, b], far[a, via] + far[via, b])
        found = distances(["n0"], Roads(steps).around, 12, 100)
        assert found == {b: far["n0", b] for b in names if far["n0", b] < 99}
