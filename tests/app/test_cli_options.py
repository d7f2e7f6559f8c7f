"""Which memory is meant, help, and how quickly it comes."""

import subprocess
import sys

import pytest
from typed import Shell
from typer.testing import CliRunner

from memwell import __version__
from memwell.app.cli import SECTIONS, app
from memwell.app.group import LATER
from memwell.app.imports.detect import FORMATS

HEAVY = ("numpy", "pydantic", "rich", "onnxruntime", "tokenizers", "httpx", "memwell.kernel")


def run(*words, env=None):
    return CliRunner().invoke(app, list(words), env=env)


def test_options_after_the_command_win_over_those_before_it(tmp_path):
    run("add", "Hello.", "--memory", str(tmp_path / "a"), "--embedder", "none")
    for words in (
        ["stats", "--memory", str(tmp_path / "a"), "--embedder", "none"],
        ["--memory", str(tmp_path / "a"), "--embedder", "none", "stats"],
        ["--memory", str(tmp_path / "b"), "stats", "--memory", str(tmp_path / "a")],
    ):
        assert run(*words).exit_code == 0, words


def test_the_environment_names_the_memory(tmp_path):
    env = {"MEMWELL_MEMORY": str(tmp_path / "named")}
    assert run("add", "Hello.", "--embedder", "none", env=env).exit_code == 0
    assert (tmp_path / "named" / "memory.db").is_file()


def test_else_it_is_at_home(tmp_path):
    assert run("add", "Hello.", "--embedder", "none").exit_code == 0
    assert (tmp_path / "home" / ".memwell" / "memory.db").is_file()


def test_users_do_not_see_each_other(tmp_path):
    shell = Shell(tmp_path / "memory")
    shell.text("add", "I like tea.", "--user", "ana")
    shell.text("add", "I like coffee.", "--user", "bo")
    found = shell.json("search", "like", "--user", "bo")["hits"]
    assert [hit["memory"]["text"] for hit in found] == ["I like coffee."]
    assert len(shell.json("search", "like")["hits"]) == 2


def test_the_version():
    assert run("--version").stdout == f"memwell {__version__}\n"


COMMANDS = [command for section in SECTIONS.values() for command in section]
COMMANDS += [*LATER, "key", "models"]


def test_help_lists_every_command():
    shown = run("--help").stdout
    assert all(f"\n  {command} " in shown for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command):
    shown = run(command, "--help").stdout
    assert f"Usage: memwell {command}" in shown or f"Usage: root {command}" in shown
    if command not in ("bench", "key", "keys", "mcp", "models", "serve"):
        assert "--json" in shown


def test_help_names_every_import_format():
    shown = run("import", "--help").stdout
    assert all(name in shown for name in FORMATS)


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom memwell.app.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
