"""`memwell key`: keys in files, never on the command line."""

import stat
from pathlib import Path

import pytest
from typed import TURNS, Shell, filled
from typer.testing import CliRunner

from memwell.app.cli import app


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert "keep a copy" in Shell(tmp_path).text("key", "new", tmp_path / "key")
    return tmp_path / "key"


def test_a_new_key_is_for_its_owner_only(key, tmp_path):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "never written over" in Shell(tmp_path).error("key", "new", key)
    assert Shell(tmp_path).json("key", "new", tmp_path / "k2") == {"key": str(tmp_path / "k2")}


def test_a_memory_may_begin_encrypted(key, tmp_path):
    shell = Shell(tmp_path / "m")
    shell.text("add", "I like tea.", "--key-file", key)
    assert "MEMWELL_KEY" in shell.error("search", "tea")
    assert "tea" in shell.text("search", "tea", "--key-file", key)
    assert "tea" in shell.text("--key-file", key, "search", "tea")
    assert shell.json("stats", "--key-file", key)["encrypted"] is True
    assert "encrypted" in shell.text("stats", "--key-file", key)


def test_the_environment_holds_the_key(key, tmp_path, monkeypatch):
    shell = Shell(tmp_path / "m")
    monkeypatch.setenv("MEMWELL_KEY_FILE", str(key))
    shell.text("add", "I like tea.")
    monkeypatch.delenv("MEMWELL_KEY_FILE")
    monkeypatch.setenv("MEMWELL_KEY", key.read_text())
    assert "tea" in shell.text("search", "tea")
    monkeypatch.setenv("MEMWELL_KEY", "another one")
    assert "does not open" in shell.error("search", "tea")


def test_encrypt_rotate_decrypt(key, tmp_path):
    shell, _ = filled(tmp_path / "m")
    Shell(tmp_path).text("key", "new", tmp_path / "other")
    assert "name the key" in shell.error("key", "encrypt")
    assert "is not encrypted" in shell.error("key", "decrypt", "--key-file", key)
    assert "is encrypted now" in shell.text("key", "encrypt", "--key-file", key)
    assert "encrypted already" in shell.error("key", "encrypt", "--key-file", key)
    assert "opens with the key in" in shell.text(
        "key", "rotate", tmp_path / "other", "--key-file", key
    )
    assert "does not open" in shell.error("search", "Lisbon", "--key-file", key)
    assert "Lisbon" in shell.text("search", "Lisbon", "--key-file", tmp_path / "other")
    done = shell.json("key", "decrypt", "--key-file", tmp_path / "other")
    assert done == {"memory": str(tmp_path / "m"), "encrypted": False}
    assert "not encrypted" in shell.error("search", "Lisbon", "--key-file", key)
    assert len(shell.json("search", "Lisbon Biscuit dentist")["hits"]) == len(TURNS)
    assert shell.json("stats")["encrypted"] is False


def test_a_key_is_no_argument():
    for command in (["add"], ["search"], ["key", "encrypt"], ["key", "rotate"], []):
        shown = CliRunner().invoke(app, [*command, "--help"]).stdout
        assert "--key-file" in shown
        assert "--key " not in shown
