"""Damaged files: what can be read is saved, what cannot is told, and nothing else is lost."""

import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from wards import PAGE, fill, opened, overwrite, pages_of, told

from memwell.core.errors import Damaged, StoreError
from memwell.kernel.doctor.doctor import doctor
from memwell.store.salvage import log


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "memory"
    fill(folder, events=60)
    return folder


def turns(folder: Path) -> set[str]:
    return {text for text in texts(folder) if text.startswith(("word", "reply", "corrected"))}


def texts(folder: Path) -> set[str]:
    with opened(folder) as memory:
        memory.wait()
        return {cube.text for cube in memory.view().scan()}


RANDOM = random.Random(0)


@pytest.mark.parametrize("how", ["zeros", "noise"])
@pytest.mark.parametrize(
    "table", ["version", "event", "terms", "vector", "token_states", "lineage",
              "label", "receipt", "journal", "meta"],
)  # fmt: skip
def test_a_damaged_page_takes_no_turn_along(folder: Path, table: str, how: str) -> None:
    """The turns and the events are each other's copies: one page can only hold one of them."""
    before, text = told(folder), turns(folder)
    pages = list(pages_of(folder, table))
    content = bytes(PAGE) if how == "zeros" else RANDOM.randbytes(PAGE)
    overwrite(folder / "memory.db", pages[len(pages) // 2], content)
    assert not doctor(folder).sound
    health = doctor(folder, repair=True)
    wrong = {finding.check for finding in health.findings if finding.grave}
    assert wrong <= ({"audit log"} if table == "meta" else set())  # its key was on that page
    assert turns(folder) == text
    after = told(folder)
    if table not in ("version", "event", "lineage"):
        assert after == before
    else:
        assert health.lost


def test_what_cannot_be_saved_is_told_one_by_one(folder: Path) -> None:
    """A page of versions: turns come back from events, notes are made again, versions are lost."""
    with sqlite3.connect(folder / "memory.db") as connection:
        known = set(connection.execute("SELECT id, version FROM version"))
    connection.close()
    for page in list(pages_of(folder, "version"))[:2]:
        overwrite(folder / "memory.db", page, bytes(PAGE))
    health = doctor(folder, repair=True)
    with sqlite3.connect(folder / "memory.db") as connection:
        saved = set(connection.execute("SELECT id, version FROM version"))
    connection.close()
    lost = known - saved
    assert lost
    for id, number in lost:
        assert any(id in line and (str(number) in line) for line in health.lost), (id, number)
    for id, _ in known - saved:
        assert any(id in line for line in health.lost)


def test_a_truncated_database_gives_what_is_left(folder: Path) -> None:
    path = folder / "memory.db"
    whole = turns(folder)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 6 * PAGE - 100)
    (finding,) = doctor(folder).findings
    assert finding.grave
    health = doctor(folder, repair=True)
    assert health.sound, health.findings
    left = turns(folder)
    assert len(left) >= len(whole) - 6 * 40
    assert left <= whole | {f"word{n} likes tea?" for n in range(60)}
    for word in whole - left:
        assert health.lost, word


def test_the_damaged_database_is_kept_and_listed_as_a_copy(folder: Path) -> None:
    damaged = (folder / "memory.db").read_bytes()[:-PAGE]
    (folder / "memory.db").write_bytes(damaged)
    doctor(folder, repair=True)
    (aside,) = folder.glob("memory.db.damaged-*")
    assert aside.read_bytes() == damaged
    with opened(folder) as memory:
        (copy,) = [copy for copy in memory.governance.copies() if copy.kind == "damaged"]
        (id,) = memory.add("to be forgotten").ids[:1]
        assert copy.path == str(aside)
        assert copy not in memory.forget(id).copies  # it came later


def test_a_header_that_was_wiped_is_written_again(folder: Path) -> None:
    before = told(folder)
    overwrite(folder / "memory.db", 1, bytes(16))
    assert not doctor(folder).sound
    assert doctor(folder, repair=True).sound
    assert told(folder) == before


def test_where_nothing_can_be_read_it_says_so_and_changes_nothing(folder: Path) -> None:
    noise = RANDOM.randbytes(20 * PAGE)
    (folder / "memory.db").write_bytes(noise)
    with pytest.raises(Damaged, match="restore the memory from a backup"):
        doctor(folder, repair=True)
    assert (folder / "memory.db").read_bytes() == noise


def logged(whole: Path, folder: Path) -> list[str]:
    """A copy of a memory as a crash leaves it, with changes in its log; the words in the log."""
    said = [f"logged {number}" for number in range(20)]
    with opened(whole) as memory:
        for text in said:
            memory.add(text)
        shutil.copytree(whole, folder)
    (folder / "memory.db-shm").unlink()
    return said


def test_changes_behind_a_damaged_page_of_the_log_are_saved(tmp_path: Path) -> None:
    fill(tmp_path / "memory", events=3)
    folder = tmp_path / "crashed"
    said = logged(tmp_path / "memory", folder)
    wal = folder / "memory.db-wal"
    assert log.judge(wal).broken == ()
    frames = log.judge(wal).frames
    content = bytearray(wal.read_bytes())
    at = log.HEADER + (frames // 3) * (log.FRAME + PAGE) + log.FRAME
    flipped = bytes(byte ^ 0xFF for byte in content[at + 3000 : at + 3010])
    content[at + 3000 : at + 3010] = flipped
    wal.write_bytes(content)
    lost = shutil.copytree(folder, tmp_path / "unseen")
    assert not set(said) <= texts(lost)  # SQLite opens it without a word, and without these
    (finding,) = doctor(folder).findings
    assert "log" in finding.what
    assert doctor(folder, repair=True).sound
    assert set(said) <= texts(folder)


def test_a_change_that_was_cut_off_at_the_end_of_the_log_is_no_damage(tmp_path: Path) -> None:
    fill(tmp_path / "memory", events=3)
    folder = tmp_path / "crashed"
    said = logged(tmp_path / "memory", folder)
    wal = folder / "memory.db-wal"
    with wal.open("r+b") as file:
        file.truncate(wal.stat().st_size - PAGE // 2)
    assert doctor(folder).sound
    assert set(said[:-1]) <= texts(folder)


def test_files_are_not_exchanged_under_anybody(folder: Path) -> None:
    with opened(folder) as memory:
        overwrite(folder / "memory.db", next(pages_of(folder, "vector")), bytes(PAGE))
        with pytest.raises(StoreError, match="open in this process"):
            doctor(folder, repair=True)
        memory.close()
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        " c.execute('SELECT count(*) FROM meta').fetchone(); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "memory.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=f"open in process {other.pid}"):
            doctor(folder, repair=True)
        other.communicate("\n")
    assert doctor(folder, repair=True).sound
