"""A run in miniature: memwell itself, and the reasons of what is not run."""

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from memwell.bench.ops import picture, show
from memwell.bench.ops.environment import python
from memwell.bench.ops.run import Settings, run
from memwell.bench.ops.systems import MEMWELL, SYSTEMS, System, chosen


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """memwell with 200 memories, beside a peer that is too small for it."""
    capped = System("tiny", "tiny", "sqlite_vec", ("nothing",), largest=100)
    settings = Settings([200], [*chosen("none"), capped], tmp_path_factory.mktemp("ops"), 120, 20)
    return run(settings, lambda _: None)


def test_memwell_finds_the_exact_neighbours(report):
    figures = report.cells[0].figures
    assert figures["search_recall"] == figures["filtered_recall"] == 1.0
    assert figures["search_n"] == figures["filtered_n"] == 20


def test_all_figures_are_there(report):
    own, default, _ = report.cells
    assert own.missing.keys() <= {"syncs"}  # where there is no strace
    assert own.figures["single_n"] == 40
    assert own.figures["batch_n"] == 160
    for name in ("single_per_s", "batch_per_s", "cold_s", "memory_mb", "disk_mb_per_100k"):
        assert own.figures[name] > 0
    assert own.settings["sync"] == "SQLite wal, synchronous FULL"
    assert "search_recall" not in default.figures
    assert default.figures["search_p99_ms"] >= default.figures["search_p50_ms"] > 0


def test_an_acknowledged_add_is_synced(report):
    syncs = report.cells[0].figures.get("syncs_per_add")
    if syncs is None:
        pytest.skip(report.cells[0].missing["syncs"])
    assert syncs >= 1


def test_what_is_not_run_says_why(report):
    assert set(report.cells[2].missing.values()) == {"capped at 100"}
    assert "200 tiny: not run: capped at 100" in show.notes(report)
    single, *_ = show.tables(report)
    assert [row[0] for row in single.rows] == ["memwell", "tiny"]
    assert single.rows[1][1] == show.NOT_RUN


def test_a_budget_that_is_too_short_is_told(tmp_path):
    settings = Settings([200], chosen("none"), tmp_path, budget=0.0, questions=5)
    said: list[str] = []
    own, default = run(settings, said.append).cells
    assert own.missing["search"] == "time budget: stopped after 0 adds"
    assert default.missing["search"] == "memwell did not get that far"
    assert said[-1] == "200: memwell, default search: memwell did not get that far"


def test_a_peer_that_cannot_be_installed_is_told(tmp_path):
    absent = System("absent", "absent", "mem0", (str(tmp_path / "no-such-package"),))
    (cell,) = run(Settings([100], [absent], tmp_path, 60, 5), lambda _: None).cells
    assert cell.missing["search"].startswith("package missing: ")


def test_memwell_runs_in_this_interpreter(tmp_path):
    assert python(MEMWELL, tmp_path, lambda _: None) == Path(sys.executable)


def test_tables_page_and_json_agree(report):
    page = show.page(show.tables(report), show.notes(report))
    assert "### 200 memories: searching 1 % of them" in page
    assert "- memwell: SQLite wal, synchronous FULL" in page
    (own, *_) = report.as_json()["cells"]
    assert f"{own['figures']['search_p50_ms']:,.2f}" in page


def test_the_picture_is_drawn(report, tmp_path):
    pytest.importorskip("matplotlib")
    picture.plot(report, tmp_path / "ops.png")
    assert (tmp_path / "ops.png").read_bytes().startswith(b"\x89PNG")


def test_sqlite_vec_is_exact_where_it_is_installed(tmp_path):
    if find_spec("sqlite_vec") is None:
        pytest.skip("needs sqlite-vec in this environment")
    system = next(one for one in SYSTEMS if one.name == "sqlite-vec, WAL")
    here = replace(system, requires=())
    (cell,) = run(Settings([200], [here], tmp_path, 60, 10), lambda _: None).cells
    assert cell.figures["search_recall"] == cell.figures["filtered_recall"] == 1.0
