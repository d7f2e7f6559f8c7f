"""Leader clustering: vectors join what is near, as long as there is room."""

import numpy as np

from memwell.index.leader import leaders

EAST, NORTH = np.float32([1, 0]), np.float32([0, 1])
NONE = np.zeros((0, 2), np.float32), np.zeros(0, np.int64)


def groups(vectors: list, *held: np.ndarray, weights: list | None = None, most: int = 10) -> list:
    rows = np.float32(vectors) / np.linalg.norm(np.float32(vectors), axis=1, keepdims=True)
    counted = np.int64(weights or [1] * len(vectors))
    found = leaders(rows, counted, *(held or NONE), near=0.8, most=most)
    return found.tolist()


def test_what_is_near_joins_and_what_is_not_leads() -> None:
    assert groups([EAST, [1, 0.2], NORTH, [0.2, 1], [-1, 0]]) == [0, 0, 1, 1, 2]


def test_groups_there_are_come_first() -> None:
    held = np.float32([NORTH]), np.int64([4])
    assert groups([EAST, [0.1, 1], [1, 0.1]], *held) == [1, 0, 1]


def test_centroids_move_by_weight_with_what_joins() -> None:
    """[.5, 1] is too far from the east, and near enough to where heavy members moved the group."""
    assert groups([EAST, [0.8, 0.6], [0.5, 1]], weights=[1, 1, 1]) == [0, 0, 1]
    assert groups([EAST, [0.8, 0.6], [0.5, 1]], weights=[1, 8, 1]) == [0, 0, 0]


def test_a_full_group_takes_no_more() -> None:
    assert groups([EAST, EAST, EAST, EAST], most=2) == [0, 0, 1, 1]
    assert groups([EAST, EAST], weights=[5, 5], most=3) == [0, 1]
