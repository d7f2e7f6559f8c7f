"""The whole run, from the file to the report: what is printed, and that it can be resumed."""

import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from memwell.app.bench_commands import bench_app
from memwell.bench.evaluate import Settings, evaluate
from memwell.bench.locomo import LoCoMo
from memwell.bench.longmemeval import LongMemEval
from memwell.bench.plot import plot
from memwell.bench.retrieval_case import Level
from memwell.bench.table import markdown, tables
from memwell.bench.workspace import workspace
from memwell.kernel.memory import Memory


class Stages:
    """Progress that is only counted."""

    def __init__(self):
        self.done = {}

    @contextmanager
    def stage(self, name, total):
        self.done[name] = [0, total]

        def advance():
            self.done[name][0] += 1

        yield advance


def run(benchmark, folder, **settings):
    progress = Stages()
    report = evaluate(benchmark, Settings(embedder="none", store=folder, **settings), progress)
    return report, progress


def test_longmemeval_from_file_to_report(shared, tmp_path):
    report, progress = run(LongMemEval(shared), tmp_path / "m", baselines=True, abstention=True)
    found = report.as_json()
    assert found["results"]["all"]["n"] == 2
    assert found["results"]["all"]["recall_any@5"] == 1.0
    assert {"recall_all@50", "ndcg_any@1"} <= found["results"]["single-session-user"].keys()
    assert found["latency_ms"].keys() == {"p50", "p95"}
    assert found["ingest"]["conversations"] == 7
    assert found["abstention"]["twins"]["n_unanswerable"] == 2
    assert found["abstention"]["abstention_questions"]["n_unanswerable"] == 1
    assert list(found["baselines"])[-1] == "full context"
    assert all(done == total for done, total in progress.done.values())
    json.loads(json.dumps(found, allow_nan=False))


def test_turns_and_sessions_are_ranked_from_one_memory(shared, tmp_path):
    turns, _ = run(LongMemEval(shared, Level.TURN), tmp_path / "m")
    assert turns.as_json()["results"]["all"]["n"] == 1
    with Memory(tmp_path / "m", embedder="none") as memory:
        before = memory.store.sequence()
    run(LongMemEval(shared), tmp_path / "m")
    with Memory(tmp_path / "m", embedder="none") as memory:
        assert memory.store.sequence() == before  # nothing was stored twice


def test_locomo_from_file_to_report(locomo, tmp_path):
    report, _ = run(LoCoMo(locomo), tmp_path / "m", qa=True, baselines=True)
    found = report.as_json()
    assert found["results"]["all"]["n"] == 4
    assert found["results"]["all"]["recall@5"] == 1.0  # there are four turns
    assert found["qa"]["results"]["f1"]["all"]["n"] == 5
    page = markdown(report)
    assert "| 4 single-hop | 1 |" in page
    assert "bm25 (published)" in page
    assert tables(report)[0].title == "locomo: 4 questions"


def test_a_report_can_be_drawn(locomo, tmp_path):
    pytest.importorskip("matplotlib", reason="needs matplotlib (the bench extra)")
    report, _ = run(LoCoMo(locomo, Level.SESSION), tmp_path / "m", baselines=True)
    plot(report, tmp_path / "bars.png")
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")


def test_the_workspace_depends_on_data_and_embedder(locomo, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = workspace("locomo", [locomo], "minilm", "plaintext:verbatim")
    assert first.is_relative_to(tmp_path / "cache" / "memwell")
    assert workspace("locomo", [locomo], "http://host/v1#m") != first
    locomo.write_text(locomo.read_text() + "\n")
    assert workspace("locomo", [locomo], "minilm", "plaintext:verbatim") != first


def test_the_commands_print_one_json_object(shared, locomo, tmp_path):
    shell = CliRunner()
    options = ["--embedder", "none", "--store", str(tmp_path / "m"), "--json"]
    ran = shell.invoke(
        bench_app, ["longmemeval", "--data", str(shared), "--level", "turn", *options]
    )
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["config"]["level"] == "turn"
    ran = shell.invoke(bench_app, ["locomo", "--data", str(locomo), "--limit", "2", *options])
    assert json.loads(ran.stdout)["results"]["all"]["n"] == 2


def test_the_commands_print_tables(locomo, tmp_path):
    page = tmp_path / "page.md"
    options = ["--embedder", "none", "--store", str(tmp_path / "m"), "--markdown", str(page)]
    ran = CliRunner().invoke(bench_app, ["locomo", "--data", str(locomo), *options])
    assert ran.exit_code == 0, ran.output
    assert "single-hop" in ran.stdout
    assert "remembering: " in ran.stderr
    assert page.read_text().startswith("## locomo")
