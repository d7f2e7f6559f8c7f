"""Every command that works on a folder works on a database, or says what does."""

from pathlib import Path

import pytest
from typed import TURNS, Shell


@pytest.fixture
def shell(database: str) -> Shell:
    shell = Shell(database)
    for turn, session, at in TURNS:
        shell.text("add", turn, "--user", "ana", "--session", session, "--at", at)
    return shell


def test_what_is_added_is_found_changed_and_forgotten(shell: Shell, tmp_path: Path) -> None:
    words = TURNS[0][0]
    (hit, *_) = shell.json("search", words)["hits"]
    assert hit["memory"]["text"] == words
    assert "now v2" in shell.text("update", hit["memory"]["id"], "Something else.")
    assert "Something else." in shell.text("history", hit["memory"]["id"])
    shell.text("export", tmp_path / "all.jsonl")
    assert shell.json("forget", hit["memory"]["id"], "--yes")["verified"] is True
    assert "Something else." not in shell.text("search", words)


@pytest.mark.parametrize(
    "command",
    [("search", "dog"), ("ask", "Where is the dog?"), ("context", "dog"), ("queue",), ("stats",),
     ("audit",), ("branch", "list"), ("diff", "0"), ("keys", "list"), ("manage",), ("refine",)],
)  # fmt: skip
def test_commands_take_the_url(shell: Shell, command: tuple[str, ...]) -> None:
    shell.text(*command)


def test_a_password_is_not_shown(database: str) -> None:
    secret = database.replace("tester@", "tester:swordfish@")
    shell = Shell(secret)
    shell.text("add", "I like tea.")
    assert "swordfish" not in shell.text("stats") + str(shell.json("stats"))


@pytest.mark.parametrize(
    "command", [("doctor",), ("key", "encrypt"), ("restore", "/nowhere"), ("backup", "elsewhere")]
)
def test_what_is_for_folders_says_what_to_use(shell: Shell, command: tuple[str, ...]) -> None:
    assert "pg_dump" in shell.error(*command)


def test_a_memory_moves_at_the_shell(shell: Shell, database: str, tmp_path: Path) -> None:
    told = shell.json("move", database, tmp_path / "back")
    assert told["rows"] > len(TURNS)
    assert TURNS[0][0] in Shell(tmp_path / "back").text("search", TURNS[0][0])
    assert "already" in shell.error("move", database, tmp_path / "back")


def test_a_key_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMWELL_KEY", "a" * 64)
    assert "does not encrypt" in Shell(database).error("stats")
