"""A generated life, and what its turns cost."""

import json

from typer.testing import CliRunner

from memwell.app.bench_commands import bench_app
from memwell.bench.strategies.diary import conversations
from memwell.bench.strategies.growth import grow


def test_the_diary_is_repeatable_and_of_the_length_asked_for():
    first, again = list(conversations(40, seed=3)), list(conversations(40, seed=3))
    assert first == again
    assert first != list(conversations(40, seed=4))
    assert sum(len(each.messages) for each in first) == 40
    assert [each.at for each in first] == sorted(each.at for each in first)
    stated = " ".join(m.text for each in conversations(800) for m in each.messages)
    assert all(words in stated for words in ("I moved to", "I do not like", "is married to"))


def test_every_tenth_is_timed(tmp_path):
    seen = []
    found = grow("plaintext:verbatim", 320, tmp_path / "m", 0, seen.append)
    assert len(found.added) == len(found.managed) == 10
    assert all(ms > 0 for ms in found.added)
    assert seen[-1] == 320
    assert found.derived == 0
    assert found.ratio == found.added[-1] / found.added[0]


def test_at_the_shell(tmp_path):
    options = ["growth", "--turns", "160", "--strategy", "plaintext:verbatim"]
    options += ["--store", str(tmp_path)]
    done = CliRunner().invoke(bench_app, [*options, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["plaintext:verbatim"]["turns"] == 160
    assert "last/first" in CliRunner().invoke(bench_app, options).stdout
