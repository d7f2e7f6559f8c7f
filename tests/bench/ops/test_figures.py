"""Figures as arithmetic over what a process told."""

import pytest

from memwell.bench.ops.figures import Cell, of_batch, of_disk, of_searches, of_singles


def test_percentiles_are_those_of_the_nearest_rank():
    wall = [number / 1000 for number in range(1, 101)]
    event = {"wall": wall, "cpu": [0.002] * 100, "recall": [1.0, 0.5] * 50, "elsewhere": 0.0}
    found = of_searches("search", event, exact=True)
    assert found["search_p50_ms"] == pytest.approx(50)
    assert found["search_p95_ms"] == pytest.approx(95)
    assert found["search_p99_ms"] == pytest.approx(99)
    assert found["search_cpu_ms"] == pytest.approx(2)
    assert found["search_recall"] == pytest.approx(0.75)


def test_what_ranks_by_more_than_vectors_has_no_recall():
    event = {"wall": [0.1], "cpu": [0.1], "recall": [0.2], "elsewhere": 0.0}
    assert "search_recall" not in of_searches("search", event, exact=False)


def test_the_stubs_time_is_taken_off_beside_the_figure_as_it_is():
    found = of_singles({"seconds": [0.5, 1.5], "cpu": [0.25, 0.25], "elsewhere": 1.0})
    assert found["single_per_s"] == pytest.approx(1.0)
    assert found["single_per_s_without_stub"] == pytest.approx(2.0)
    assert found["single_cpu_ms"] == pytest.approx(250)


def test_without_a_stub_there_is_one_rate():
    found = of_batch({"added": 100, "seconds": 2.0, "cpu": 1.0, "elsewhere": 0.0})
    assert found == {"batch_per_s": 50.0, "batch_n": 100, "batch_cpu_ms": 10.0}


def test_nothing_added_has_no_rate():
    assert not of_batch({"added": 0, "seconds": 0.0, "cpu": 0.0, "elsewhere": 0.0})
    assert not of_singles({"seconds": [], "cpu": [], "elsewhere": 0.0})


def test_disk_is_given_for_a_hundred_thousand():
    assert of_disk(5_000_000, 1_000)["disk_mb_per_100k"] == pytest.approx(500)


def test_a_cell_says_why_only_where_it_has_no_figures():
    cell = Cell("a", 10, {"search_p50_ms": 1.0})
    cell.lacks(("search", "filtered"), "time budget")
    cell.lacks(("filtered",), "another reason")
    assert cell.missing == {"filtered": "time budget"}
