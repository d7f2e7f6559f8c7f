"""Forgetting asks first, and says what went."""

from typed import TURNS

from support import files_holding


def test_it_shows_what_would_go(held):
    shell, ids = held
    shown = shell.text("forget", ids[0][:8], "--dry-run")
    assert shown.startswith("1 memory would be forgotten for good")
    assert TURNS[0][0] in shown
    assert shell.json("forget", ids[0], "--dry-run")["dry_run"]
    assert shell.json("stats")["memories"] == 3


def test_with_yes_it_does_not_ask(held):
    shell, ids = held
    assert "nothing of it is left" in shell.text("forget", ids[0][:8], "--yes")
    assert not files_holding(shell.folder, "Lisbon")
    report = shell.json("forget", ids[1], ids[2], "--yes")
    assert sorted(report["forgotten"]) == sorted(ids[1:])
    assert report["verified"]
    assert shell.json("stats")["memories"] == 0


def test_where_nobody_can_be_asked_nothing_goes(held):
    shell, ids = held
    result = shell.run("forget", ids[0], stdin="")
    assert result.exit_code == 2
    assert "say --yes" in result.stderr
    assert shell.json("stats")["memories"] == 3


def test_on_a_terminal_it_asks(held, monkeypatch):
    shell, ids = held
    monkeypatch.setattr("memwell.app.confirming.somebody_is_there", lambda: True)
    refused = shell.run("forget", ids[0], stdin="n\n")
    assert refused.exit_code == 1
    assert "Forget for good?" in refused.stderr
    assert shell.json("stats")["memories"] == 3
    assert shell.run("forget", ids[0], stdin="y\n").exit_code == 0
    assert shell.json("stats")["memories"] == 2


def test_a_session_or_a_whole_user(held):
    shell, ids = held
    assert shell.json("forget", "--session", "s1", "--yes")["forgotten"]
    assert shell.json("stats")["sessions"] == 1
    report = shell.json("forget", "--everything", "--user", "ana", "--yes")
    assert report["forgotten"] == [ids[2]]
    assert shell.json("stats")["memories"] == 0


def test_something_must_be_named(held):
    shell, _ = held
    assert "name what to forget" in shell.error("forget", "--yes")
    assert "--everything needs --user" in shell.error("forget", "--everything", "--yes")
