"""The whole comparison on a benchmark in miniature: over the same turns, and resumed."""

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from memwell.app.bench_commands import bench_app
from memwell.bench.locomo import LoCoMo
from memwell.bench.strategies.compare import Settings, compare
from memwell.bench.strategies.show import markdown, plot, tables

SPECS = ("plaintext:verbatim", "plaintext:verbatim,lexical=0.9")


class Stages:
    """Progress that is only counted."""

    def __init__(self):
        self.names = []

    @contextmanager
    def stage(self, name, total):
        self.names.append(name)
        yield lambda: None


@pytest.fixture
def found(locomo, tmp_path):
    settings = Settings(SPECS, embedder="none", store=tmp_path / "store")
    return compare(LoCoMo(locomo), settings, Stages())


def test_every_strategy_is_asked_the_same_questions_beside_the_baseline(found):
    assert [each.name for each in found.trials] == ["bm25 (published)", *SPECS]
    assert {each.results["all"]["n"] for each in found.trials} == {4}
    assert found.base.turns == 4
    assert all(each.results["all"]["recall@10"] > 0.9 for each in found.trials)
    assert [each.cost is None for each in found.trials] == [True, False, False]


def test_it_goes_on_where_it_stopped(found, locomo, tmp_path):
    again = compare(
        LoCoMo(locomo), Settings(SPECS, embedder="none", store=tmp_path / "store"), Stages()
    )
    assert [each.results for each in again.trials] == [each.results for each in found.trials]
    assert again.base.embedded == 0


def test_tables_a_page_and_a_picture(found, tmp_path):
    shown = tables(found)
    assert [len(table.rows) for table in shown] == [3, 3, 3, 3, 3, 2, 2]
    page = markdown([found])
    assert "verbatim,lexical=0.9" in page
    assert page.count("| strategy |") == len(shown)
    pytest.importorskip("matplotlib")
    plot(found, tmp_path / "p.png")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_at_the_shell(locomo, tmp_path):
    shell = CliRunner()
    options = ["--locomo", str(locomo), "--embedder", "none", "--store", str(tmp_path / "s")]
    options += ["--strategy", "plaintext:verbatim"]
    done = shell.invoke(bench_app, ["strategies", *options, "--json"])
    assert done.exit_code == 0, done.output
    trials = json.loads(done.stdout)["locomo"]["trials"]
    assert trials["plaintext:verbatim"]["cost"]["derived"] == {}
    assert trials["bm25 (published)"]["cost"] is None
    assert "locomo: 4 questions" in shell.invoke(bench_app, ["strategies", *options]).stdout
    nothing = shell.invoke(bench_app, ["strategies"])
    assert nothing.exit_code == 2
