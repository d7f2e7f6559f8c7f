"""Strategies with a model that writes what it likes: counted, and the memory stays whole."""

import json

import pytest
from hostile import Garbling
from typer.testing import CliRunner

from memwell.app import replies_bench
from memwell.app.bench_commands import bench_app
from memwell.bench.strategies.replies import first, replies
from memwell.kernel.load import names
from memwell.models.asking import Asking

ASKING = sorted(set(names("plaintext")) - {"verbatim"})


def test_so_many_turns_are_taken(locomo):
    assert [len(each.messages) for each in first(locomo, 3)] == [2, 1]
    assert sum(len(each.messages) for each in first(locomo, 99)) == 4


@pytest.mark.parametrize("name", ASKING)
def test_nonsense_is_counted_and_costs_nothing(locomo, tmp_path, name):
    found = replies(f"plaintext:{name}", locomo, 4, Garbling(), tmp_path / "memory")
    assert (found.said, found.whole) == (4, True)
    assert all(share.first == share.repaired == 0 for share in found.shares)
    assert sum(share.failed for share in found.shares) > 0


def test_at_the_shell(locomo, monkeypatch):
    monkeypatch.setattr(replies_bench, "resolve_model", lambda _: Asking(Garbling()))
    options = ["replies", "--locomo", str(locomo), "--model", "any", "--turns", "2"]
    options += ["--strategy", "plaintext:memorybank"]
    done = CliRunner().invoke(bench_app, [*options, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["plaintext:memorybank"]["said"] == 2
    assert "2 turns kept" in CliRunner().invoke(bench_app, options).stdout


def test_rules_write_no_replies(locomo):
    done = CliRunner().invoke(bench_app, ["replies", "--locomo", str(locomo), "--model", "rules"])
    assert done.exit_code == 2
