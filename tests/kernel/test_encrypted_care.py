"""Doctor, backup, salvage and the search for traces work on encrypted memories as on plain ones."""

from pathlib import Path

import pytest
from acting import Open
from wards import PAGE, overwrite

from memwell.core.errors import Locked
from memwell.kernel.backup.restore import restore
from memwell.kernel.doctor.doctor import doctor
from memwell.kernel.memory import Memory
from support import WordEmbedder

KEY = bytes(range(32))


@pytest.fixture
def folder(open_memory: Open) -> Path:
    with open_memory(key=KEY) as memory:
        for number in range(80):
            memory.add([f"word{number} and more of it", "an answer"], session="s")
        memory.update(memory.search("word7")[0].cube.id, "corrected")
    return memory.path


def said(folder: Path) -> list[str]:
    with Memory(folder, embedder=WordEmbedder(), model=None, key=KEY) as memory:
        memory.wait()
        return [cube.text for cube in memory.view().scan()]


def test_the_doctor_needs_the_key_and_finds_all_well(folder: Path) -> None:
    with pytest.raises(Locked):
        doctor(folder)
    assert doctor(folder, key=KEY, deep=True).findings == ()


def test_a_backup_is_encrypted_and_comes_back(folder: Path, tmp_path: Path) -> None:
    with Memory(folder, embedder=WordEmbedder(), model=None, key=KEY) as memory:
        memory.backup(tmp_path / "backup.tar")
    assert b"word7" not in (tmp_path / "backup.tar").read_bytes()
    with pytest.raises(Locked):
        restore(tmp_path / "backup.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert restore(tmp_path / "backup.tar", tmp_path / "again", key=KEY).health.findings == ()
    assert said(tmp_path / "again") == said(folder)


def test_a_damaged_page_takes_no_turn_along(folder: Path) -> None:
    before = said(folder)
    for page in (20, 40):
        overwrite(folder / "memory.db", page, bytes(PAGE))
    assert not doctor(folder, key=KEY).sound
    health = doctor(folder, key=KEY, repair=True)
    assert sorted(said(folder)) == sorted(before), health.lost
    assert b"word7" not in (folder / "memory.db").read_bytes()


def test_what_is_forgotten_is_verified(folder: Path) -> None:
    with Memory(folder, embedder=WordEmbedder(), model=None, key=KEY) as memory:
        report = memory.forget(memory.search("word9")[0].cube.id)
    assert report.verified
    assert doctor(folder, key=KEY).findings == ()
