"""Odd names and broken files at the shell: told plainly, and nothing else is lost."""

import gzip
import json

import pytest
from typed import Shell


def test_a_bad_line_among_many_is_named_and_all_others_are_kept(tmp_path):
    shell = Shell(tmp_path / "memory", ("--embedder", "none"))
    lines = [
        json.dumps({"role": "user", "content": f"turn {n}", "session": f"s{n // 100}"})
        for n in range(10_000)
    ]
    lines[4999] = lines[4999][:-5]
    file = tmp_path / "messages.jsonl"
    file.write_text("\n".join(lines))
    told = shell.json("import", file, exit_code=1)
    assert [each["place"] for each in told["unreadable"]] == ["line 5000"]
    assert shell.json("stats")["memories"] == 9_999


def test_a_file_that_breaks_off_loses_nothing_that_was_there(tmp_path):
    shell = Shell(tmp_path / "memory", ("--embedder", "none"))
    shell.text("add", "I like tea")
    lines = [json.dumps({"role": "user", "content": f"turn {n} {n * 7919}"}) for n in range(3000)]
    file = tmp_path / "messages.jsonl.gz"
    content = gzip.compress("\n".join(lines).encode())
    file.write_bytes(content[: len(content) // 2])
    result = shell.run("import", file)
    assert result.exit_code == 2
    assert "messages.jsonl.gz" in result.output
    assert "tea" in shell.text("search", "tea")


@pytest.mark.parametrize(
    "name", ["--help", "-h", "--json", "'; DROP TABLE event; --", "%", "..", "a/b"]
)
def test_names_that_look_like_something_else_are_names(tmp_path, name):
    shell = Shell(tmp_path / "memory", ("--embedder", "none"))
    shell.text("add", "I like tea", f"--session={name}", f"--user={name}")
    (hit,) = shell.json("search", "tea", f"--user={name}")["hits"]
    scope = hit["memory"]
    assert (scope["session"], scope["user"]) == (name, name)
    shell.text("forget", f"--session={name}", f"--user={name}", "--yes")
    assert shell.json("stats")["memories"] == 0


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    shell = Shell(tmp_path / "memory", ("--embedder", "none"))
    shell.text("add", "I like \x1b[2Jtea", "--session=\x1b[31mred", "--user=\x07bell")
    assert "tea" in shell.text("search", "tea")
    (hit,) = shell.json("search", "tea")["hits"]
    assert hit["memory"]["text"] == "I like \x1b[2Jtea"
    for command in (("search", "tea"), ("history", hit["memory"]["id"]), ("stats",)):
        shown = shell.text(*command)
        assert not {"\x1b", "\x07"} & set(shown)
