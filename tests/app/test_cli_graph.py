"""`memwell graph export`: the graph as a file, at any moment."""

import json

from typed import Shell


def told(tmp_path) -> Shell:
    shell = Shell(tmp_path / "memory")
    for text, at in (("I live in Rome.", "2020-01-01"), ("I moved to Oslo.", "2023-01-01")):
        shell.text("add", text, "--name", "Ann", "--at", at, "--strategy", "plaintext:zep")
    return shell


def test_the_graph_is_written_as_it_is_and_as_it_was(tmp_path):
    shell = told(tmp_path)
    now, then = tmp_path / "now.json", tmp_path / "then.json"
    assert shell.json("graph", "export", now) == {"path": str(now), "nodes": 3, "edges": 2}
    shown = shell.text("graph", "export", then, "--as-of", "2021-01-01")
    assert shown.strip() == f"3 nodes and 1 edges written to {then}"
    (fact,) = json.loads(then.read_text())["links"]
    assert fact["fact"] == "Ann lives in Rome."
    assert fact["invalid_at"].startswith("2023-01-01")


def test_a_file_is_not_written_over_and_its_kind_must_be_known(tmp_path):
    shell = told(tmp_path)
    there = tmp_path / "graph.graphml"
    shell.text("graph", "export", there)
    assert "--force" in shell.error("graph", "export", there)
    shell.text("graph", "export", there, "--force")
    assert ".graphml, .json, .dot" in shell.error("graph", "export", tmp_path / "graph.png")
