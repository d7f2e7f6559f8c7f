"""The demo, as it is run from the command line."""

import re
from types import SimpleNamespace

import pytest
from typed import Shell

from memwell.app.demo.run import Asked
from memwell.core.hit import Answer

KINDS = {"fact", "update", "time", "several sessions", "preference", "unanswerable"}


def test_ten_answers_with_their_sources(tmp_path):
    shell = Shell(tmp_path, ())
    told = shell.json("demo")
    assert (told["right"], told["of"]) == (10, 10)
    assert {each["kind"] for each in told["questions"]} == KINDS
    for each in told["questions"]:
        assert each["right"]
        assert each["seconds"] < 5
        assert each["sources"] or each["kind"] == "unanswerable"


def test_what_it_shows(tmp_path):
    shell = Shell(tmp_path, ())
    shown = shell.text("demo", "--keep", tmp_path / "kept")
    assert len(re.findall(r"^ *\d+ ✓ ", shown, re.MULTILINE)) == 10
    assert "10 of 10 right" in shown
    assert "Try next" in shown
    assert max(map(len, shown.splitlines())) <= 80
    kept = Shell(tmp_path / "kept", ())
    assert kept.json("stats")["sessions"] == 19


@pytest.mark.parametrize("says", ["Rex", "Biscuit"])
def test_a_wrong_answer_is_marked_and_fails(says, tmp_path, monkeypatch):
    answer = Answer(says, known=True, confidence=0.5)
    question = SimpleNamespace(
        kind="fact", text="What is my dog called?", says=(("Biscuit",),), sources=("s01:1",),
        accepts=lambda text: text == "Biscuit",
    )  # fmt: skip
    asked = Asked(question, answer, (), 0.01)  # Biscuit is right, but read from nowhere
    monkeypatch.setattr("memwell.app.demo.run.ask_all", lambda memory, story: [asked])
    result = Shell(tmp_path, ()).run("demo", "--embedder", "none")
    assert result.exit_code == 1
    assert "✗" in result.stdout
    assert "0 of 1 right" in result.stdout
    expected = "not from where it was said" if says == "Biscuit" else "expected: Biscuit"
    assert expected in result.stdout
