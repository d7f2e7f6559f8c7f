"""`memwell bench ops` at the shell."""

import json

from typer.testing import CliRunner

from memwell.app.bench_commands import bench_app

runner = CliRunner()


def test_one_json_object_comes_out(tmp_path):
    page = tmp_path / "ops.md"
    arguments = ["ops", "--sizes", "60", "--questions", "5", "--store", str(tmp_path / "work")]
    done = runner.invoke(bench_app, [*arguments, "--json", "--markdown", str(page)])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["benchmark"] == "ops"
    assert report["cells"][0]["figures"]["search_recall"] == 1.0
    assert "60 memories: searching" in page.read_text()
    assert not list((tmp_path / "work").glob("stores-*"))  # only the workload stays


def test_sizes_that_cannot_be_read_are_named():
    for sizes in ("many", "", "5"):
        done = runner.invoke(bench_app, ["ops", "--sizes", sizes])
        assert done.exit_code == 2
        assert "--sizes" in done.output
