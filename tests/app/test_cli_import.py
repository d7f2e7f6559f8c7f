"""Importing: what is unreadable is told, and what was interrupted goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

from typed import Shell

CONVERSATIONS, TURNS = 5000, 4


def write(path, conversations):
    lines = [json.dumps({"id": f"c{place}", "messages": said}) for place, said in conversations]
    path.write_text("\n".join(lines))
    return path


def chat(place, turns=2):
    return [
        {
            "role": ("user", "assistant")[turn % 2],
            "content": f"Turn {turn} of conversation {place}.",
        }
        for turn in range(turns)
    ]


def test_it_tells_what_came_in_and_how_fast(tmp_path):
    shell = Shell(tmp_path / "memory", ("--embedder", "hash:16"))
    file = write(tmp_path / "chats.jsonl", [(place, chat(place)) for place in range(3)])
    shown = shell.text("import", file)
    assert shown.startswith("3 conversations, 6 turns remembered\n")
    assert "turns/s; embedding took" in shown
    assert "3 were there already" in shell.text("import", file)
    told = shell.json("import", file)
    assert (told["turns"], told["new_turns"], told["interrupted"]) == (6, 0, False)
    assert shell.json("stats")["memories"] == 6


def test_unreadable_items_are_listed_and_the_rest_is_kept(tmp_path):
    shell = Shell(tmp_path / "memory")
    file = write(tmp_path / "chats.jsonl", [(1, chat(1)), (2, chat(2))])
    file.write_text(file.read_text().replace("\n", "\n{broken\n"))
    result = shell.run("import", file)
    assert result.exit_code == 1
    assert "1 could not be read" in result.stdout
    assert "line 2  not valid JSON" in result.stdout
    told = shell.json("import", file, exit_code=1)
    assert [each["place"] for each in told["unreadable"]] == ["line 2"]
    assert shell.json("stats")["memories"] == 4


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path):
    """Ctrl-C in the middle, twice; then to the end: nothing is lost and nothing is there twice."""
    source = [(place, chat(place, TURNS)) for place in range(CONVERSATIONS)]
    file = write(tmp_path / "chats.jsonl", source)
    shell = Shell(tmp_path / "memory")
    counts = [0]
    for _ in range(2):
        stopped = interrupted(file, shell.folder)
        assert stopped.returncode == 130, stopped.stderr
        assert "to go on where it stopped: memwell import" in stopped.stderr
        assert "Traceback" not in stopped.stderr
        assert json.loads(stopped.stdout)["interrupted"]
        counts.append(events(shell.folder))
    assert 0 < counts[1] < counts[2] < CONVERSATIONS
    told = shell.json("import", file)
    assert told["new_conversations"] == CONVERSATIONS - counts[2]
    assert told["conversations"] == events(shell.folder) == CONVERSATIONS
    texts = [line["text"] for line in cubes(shell, tmp_path / "all.jsonl")]
    assert len(texts) == len(set(texts)) == CONVERSATIONS * TURNS


def interrupted(file, folder):
    """Runs an import and stops it once more of it is on disk than before."""
    before = events(folder)
    command = "from memwell.app.cli import main; main()"
    options = ["import", str(file), "--memory", str(folder), "--embedder", "none", "--json"]
    running = subprocess.Popen(
        [sys.executable, "-c", command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    while events(folder) <= before and running.poll() is None:
        time.sleep(0.005)
    # While this holds the lock the import can get no further, however fast it is.
    holding = sqlite3.connect(folder / "memory.db", isolation_level=None, timeout=60)
    holding.execute("BEGIN IMMEDIATE")
    running.send_signal(signal.SIGINT)
    holding.execute("ROLLBACK")
    holding.close()
    stdout, stderr = running.communicate(timeout=60)
    return subprocess.CompletedProcess(options, running.returncode, stdout, stderr)


def events(folder):
    """Conversations on disk."""
    try:
        connection = sqlite3.connect(f"file:{folder}/memory.db?mode=ro", uri=True)
    except sqlite3.Error:
        return 0
    try:
        return connection.execute("SELECT count(*) FROM event").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        connection.close()


def cubes(shell, file):
    """Every memory, out of an export."""
    shell.text("export", file)
    lines = [json.loads(line) for line in file.read_text().splitlines()[1:]]
    return [line["payload"] for line in lines if line["type"] == "cube"]
