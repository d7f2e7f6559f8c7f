"""What goes wrong is told in one line that says what to do next; exit code 2, no traceback."""

import pytest
from typed import Shell

from memwell.core.errors import InvalidInput


def test_there_is_no_memory(tmp_path):
    shell = Shell(tmp_path / "nowhere")
    for command in (["search", "x"], ["ask", "x"], ["stats"], ["export", tmp_path / "e.jsonl"]):
        assert "`memwell add` begins one" in shell.error(*command)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search", " "], "the query is empty"),
        (["add", ""], "nothing to remember"),
        (["history", "zzzz"], "there is no memory zzzz"),
        (["get-out"], None),
        (["update", "zzzz", "x"], "there is no memory zzzz"),
        (["explain", "x", "zzzz"], "there is no memory zzzz"),
        (["forget", "zzzz", "--yes"], "there is no memory zzzz"),
        (["receipt", "zzzz"], "there is no memory zzzz"),
        (["history", ""], "an id is text"),
        (["import", "no-such-file.json"], "there is no such file"),
        (["search", "x", "--strategy", "nonsense"], "families"),
        (["search", "x", "--embedder", "nonsense"], "minilm"),
        (["search", "x", "--model", "nonsense"], "rules"),
        (["papers", "nonsense"], "no paper is called"),
        (["models", "install", "nonsense"], "known are"),
    ],
)
def test_unusable_input(held, words, said):
    shell, _ = held
    if said:
        assert said in shell.error(*words)
    else:
        result = shell.run(*words)
        assert result.exit_code == 2
        assert "No such command" in result.stderr


@pytest.mark.parametrize("option", ["--at", "--as-of", "--known-at"])
def test_an_unreadable_date_shows_how_to_write_it(held, option):
    shell, _ = held
    result = shell.run("search", "x", option, "last tuesday")
    assert result.exit_code == 2
    assert "2025-05-12T10:30" in result.stderr


def test_an_import_format_that_is_not_known(held, tmp_path):
    shell, _ = held
    (tmp_path / "x.txt").write_text("Ana: hello\nBo: hello\nAna: bye")
    assert "no import format 'word'" in shell.error(
        "import", tmp_path / "x.txt", "--format", "word"
    )


def test_a_file_is_not_written_over(held, tmp_path):
    shell, _ = held
    there = tmp_path / "there.jsonl"
    there.write_text("mine")
    assert "--force" in shell.error("export", there)
    assert there.read_text() == "mine"
    shell.text("export", there, "--force")
    assert there.read_text() != "mine"


def test_what_is_no_memory_is_not_touched(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "memory.db").write_text("these are my notes")
    assert "memory.db" in Shell(folder).error("stats")
    assert (folder / "memory.db").read_text() == "these are my notes"


def test_debug_shows_where_it_arose(held):
    shell, _ = held
    for words in (["search", " ", "--debug"], ["--debug", "search", " "]):
        assert isinstance(shell.run(*words).exception, InvalidInput)
