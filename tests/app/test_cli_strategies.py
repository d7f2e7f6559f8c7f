"""Strategies at the shell: compared, let loose on what is there, and left to tidy up."""

import pytest

from memwell.app import strategies
from memwell.app.strategies import headings
from memwell.kernel.load import names


def test_every_strategy_is_listed_with_what_it_needs_and_loses(held):
    shell, _ = held
    listed = shell.json("strategies")["strategies"]
    assert {each["name"] for each in listed} == set(names("plaintext"))
    assert listed[0]["name"] == "verbatim"
    for each in listed:
        assert each["summary"]
        assert {"Does", "Needs", "Loses"} <= each["told"].keys(), each["name"]
        assert each["name"] in shell.text("strategies")


def test_one_is_told_in_full_and_a_wrong_name_lists_them(held):
    shell, _ = held
    told = shell.text("strategies", "plaintext:verbatim")
    assert "late interaction" in told
    assert shell.json("strategies", "verbatim")["strategies"][0]["name"] == "verbatim"
    assert "there are" in shell.error("strategies", "nothing")


def test_recorded_figures_are_shown_beside_the_baseline(held, monkeypatch):
    scores = {"all": {"recall@10": 0.5, "recall@250t": 0.25, "recall@1000t": 0.75}}
    cost = {"derived": {"fact": 1200, "entity": 34}, "calls": 5_000}
    trials = {
        "bm25 (published)": {"results": scores, "cost": None},
        "plaintext:verbatim": {"results": scores, "cost": cost},
    }
    monkeypatch.setattr(strategies, "measured", lambda: {"locomo": {"trials": trials}})
    shell, _ = held
    shown = shell.text("strategies")
    (line,) = (line for line in shown.splitlines() if "bm25" in line)
    assert line.split() == ["bm25", "(published)", "0.500", "0.250", "0.750", "–", "–"]
    assert "1,234   5,000" in shown
    assert "LongMemEval" not in shown


def test_a_docstring_is_read_by_its_headings():
    text = "Title.\n\nPaper       7\nDoes        a thing\n            and more\nClaim       c\n\nx"
    assert dict(headings(text)) == {"Paper": "7", "Does": "a thing and more", "Claim": "c"}
    assert dict(headings("Title.")) == {}


def test_refine_and_manage_say_what_they_did(held):
    shell, _ = held
    assert shell.json("refine") == {"strategy": "plaintext:verbatim", "events": 0, "given_up": 0}
    assert shell.text("refine") == "0 conversations refined by plaintext:verbatim\n"
    assert shell.json("manage")["applied"] == []
    assert "nothing was written" in shell.text("manage", "--dry-run")


@pytest.mark.parametrize("strategy", sorted(set(names("plaintext")) - {"verbatim"}))
def test_another_strategy_works_on_what_is_there(held, strategy):
    shell, _ = held
    chosen = ("--strategy", f"plaintext:{strategy}")
    first = shell.json("refine", *chosen)
    assert first["given_up"] == 0
    assert shell.json("manage", *chosen)["status"] == "refined"
    assert shell.json("search", "tea", *chosen)["hits"]
