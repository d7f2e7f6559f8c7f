"""`memwell doctor`, `backup` and `restore` at the shell."""

import sqlite3

from support import files_holding


def change(folder, statement):
    connection = sqlite3.connect(folder / "memory.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_whole_memory_is_said_to_be_whole(held):
    shell, _ = held
    assert "is whole" in shell.text("doctor").replace("\n", " ")
    report = shell.json("doctor", "--deep")
    assert report["sound"]
    assert report["findings"] == []


def test_what_is_wrong_exits_with_1_until_it_is_mended(held):
    shell, _ = held
    change(shell.folder, "DELETE FROM terms WHERE row = 1")
    report = shell.json("doctor", exit_code=1)
    assert not report["sound"]
    assert "search entries" in {each["check"] for each in report["findings"]}
    result = shell.run("doctor")
    assert result.exit_code == 1
    assert "is not whole" in result.stdout.replace("\n", " ")
    assert "memwell doctor --repair" in result.stdout
    assert "mended" in shell.text("doctor", "--repair")
    assert shell.json("doctor")["sound"]


def test_a_damaged_file_is_saved_from_and_kept(held):
    shell, _ = held
    path = shell.folder / "memory.db"
    path.write_bytes(path.read_bytes()[:-4096])
    assert shell.run("doctor").exit_code == 1
    assert "memory.db.damaged-" in shell.text("doctor", "--repair")
    assert shell.json("stats")["memories"] == 3


def test_everything_is_built_anew(held):
    shell, ids = held
    change(shell.folder, "UPDATE terms SET hashed = x''")
    shell.text("doctor", "--rebuild")
    assert shell.json("search", "Lisbon")["hits"][0]["memory"]["id"] == ids[0]


def test_there_and_back(held, tmp_path):
    shell, ids = held
    assert "copied to" in shell.text("backup", tmp_path / "b.tar.gz")
    assert "there already" in shell.error("backup", tmp_path / "b.tar.gz")
    assert "--replace" in shell.error("restore", tmp_path / "b.tar.gz")
    report = shell.json("forget", ids[0], "--yes")
    assert [copy["kind"] for copy in report["copies"]] == ["backup"]
    assert report["went"]["versions"] == 1
    assert "none found" in report["how"]
    assert not files_holding(shell.folder, "Lisbon")
    restored = shell.json("restore", tmp_path / "b.tar.gz", "--replace")
    assert restored["health"]["sound"]
    assert shell.json("stats")["memories"] == 3


def test_forgetting_shows_what_goes_and_which_copies_hold_it_still(held, tmp_path):
    shell, ids = held
    shell.text("export", tmp_path / "x.jsonl")
    for words in (("--dry-run",), ("--yes",)):
        shown = shell.text("forget", ids[0], *words)
        assert "1 version," in shown
        assert "x.jsonl" in shown.replace("\n", "")
