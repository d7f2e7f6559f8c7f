"""Backups are whole at one moment, and nothing is restored that is not what was backed up."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from wards import PAGE, opened, overwrite, pages_of, told

from memwell.core.errors import Damaged, InvalidInput, StoreError
from memwell.kernel.backup.restore import restore
from memwell.kernel.doctor.doctor import doctor

NAMES = ("backup", "backup.tar", "backup.tar.gz")


def backed_up(folder: Path, name: str = "backup") -> Path:
    path = folder.parent / name
    with opened(folder) as memory:
        memory.backup(path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_what_is_restored_is_what_was_there(folder: Path, name: str) -> None:
    path = backed_up(folder, name)
    restored = restore(path, folder.parent / "again")
    assert restored.health.findings == ()
    assert told(folder.parent / "again") == told(folder)
    assert doctor(folder.parent / "again", deep=True).findings == ()
    blobs = [p.name for p in (folder.parent / "again" / "blobs").rglob("*.safetensors")]
    assert len(blobs) == 1
    with opened(folder.parent / "again") as memory:
        assert memory.store.governance.audit()[-1].action == "restore"
    left = {p.name for p in folder.parent.iterdir()}
    assert left == {"memory", "again", name}  # nothing half done lies about


def test_it_is_noted_in_the_list_of_copies(folder: Path) -> None:
    with opened(folder) as memory:
        made = memory.backup(folder.parent / "backup")
        (copy,) = memory.governance.copies()
        assert (copy.path, copy.kind) == (str(folder.parent / "backup"), "backup")
        assert copy.journal == made.journal == memory.store.sequence()


WRITER = """
import sys
sys.path[:0] = sys.argv[2:]
from memwell.kernel.memory import Memory
from support import WordEmbedder
memory = Memory(sys.argv[1], embedder=WordEmbedder(), model=None)
number = 0
print("begun", flush=True)
while True:
    receipt = memory.add([f"said {number}", "and answered"])
    print(receipt.ids[0], flush=True)
    number += 1
"""


def test_while_others_write_it_is_whole_and_has_all_that_was_acknowledged(folder: Path) -> None:
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), *paths], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        said: list[set[str]] = []
        for round_ in range(3):
            known = {w.stdout.readline().strip() for w in writers for _ in range(5) if w.stdout}
            said.append(known - {"begun"})
            with opened(folder) as memory:
                memory.backup(folder.parent / f"backup{round_}.tar")
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    acknowledged: set[str] = set()
    for round_, known in enumerate(said):
        acknowledged |= known
        again = folder.parent / f"again{round_}"
        assert restore(folder.parent / f"backup{round_}.tar", again).health.findings == ()
        with opened(again) as memory:
            held = set(memory.store.resolve("", memory.scope, None))
        assert acknowledged <= held


def test_a_path_that_is_taken_stays_as_it_is(folder: Path) -> None:
    (folder.parent / "backup").mkdir()
    with opened(folder) as memory:
        with pytest.raises(InvalidInput, match="there already"):
            memory.backup(folder.parent / "backup")
        with pytest.raises(InvalidInput, match="no folder"):
            memory.backup(folder.parent / "nowhere" / "backup")


def test_a_memory_is_replaced_only_when_told_so(folder: Path) -> None:
    path, before = backed_up(folder), told(folder)
    with opened(folder) as memory:
        memory.add("later")
    with pytest.raises(InvalidInput, match="--replace"):
        restore(path, folder)
    with opened(folder) as memory, pytest.raises(StoreError, match="is open"):
        restore(path, folder, replace=True)
    restore(path, folder, replace=True)
    assert told(folder) == before
    assert {p.name for p in folder.parent.iterdir()} == {"memory", "backup"}


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    path, other = backed_up(folder), folder.parent / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(InvalidInput, match="holds no memory"):
        restore(path, other, replace=True)
    assert [p.name for p in other.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_a_backup_that_changed_is_refused_and_the_memory_stays(folder: Path, name: str) -> None:
    path, before = backed_up(folder, name), told(folder)
    target = path / "memory.db" if path.is_dir() else path
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    with pytest.raises((Damaged, InvalidInput)):
        restore(path, folder, replace=True)
    assert told(folder) == before
    assert {p.name for p in folder.parent.iterdir()} == {"memory", name}


def test_a_backup_of_a_damaged_database_is_refused(folder: Path) -> None:
    path = backed_up(folder)
    overwrite(path / "memory.db", next(pages_of(path, "version")), bytes(PAGE))
    manifest = json.loads((path / "manifest.json").read_text())
    content = (path / "memory.db").read_bytes()
    manifest["files"]["memory.db"]["sha256"] = hashlib.sha256(content).hexdigest()
    (path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Damaged, match="take another backup"):
        restore(path, folder.parent / "again")
    assert not (folder.parent / "again").exists()


@pytest.mark.parametrize("file", ["memory.db", "manifest.json", "blobs"])
def test_a_backup_that_lacks_a_file_is_refused(folder: Path, file: str) -> None:
    path = backed_up(folder)
    target = path / file
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    with pytest.raises((Damaged, InvalidInput), match="missing"):
        restore(path, folder.parent / "again")


def member(name: str, content: bytes = b"x", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, content


def manifest_of(*names: str, size: int = 1) -> tuple[tarfile.TarInfo, bytes]:
    held = {name: {"bytes": size, "sha256": "0" * 64} for name in ("memory.db", *names)}
    fields = {"format": "memwell-backup/1", "at": "2025-01-01", "journal": 1, "files": held}
    return member("manifest.json", json.dumps(fields).encode())


HOSTILE = {
    "up and out": [manifest_of("../evil"), member("../evil")],
    "absolute": [manifest_of("/evil"), member("/evil")],
    "not in the manifest": [manifest_of(), member("blobs/evil")],
    "a link": [
        manifest_of(),
        member("memory.db", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    ],
    "a hard link": [manifest_of(), member("memory.db", b"", type=tarfile.LNKTYPE, linkname="x")],
    "a device": [manifest_of(), member("memory.db", b"", type=tarfile.CHRTYPE)],
    "larger than told": [manifest_of(), member("memory.db", b"x" * 4096)],
    "no manifest": [member("memory.db")],
    "twice": [manifest_of(size=0), member("memory.db", b""), member("memory.db", b"")],
    "negative": [manifest_of(size=-1), member("memory.db")],
    "no words": [member("manifest.json", b"\xff\xfe")],
    "a list": [member("manifest.json", b"[1]")],
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_archive_writes_nothing_anywhere(tmp_path: Path, how: str) -> None:
    path = tmp_path / "in" / "evil.tar"
    path.parent.mkdir()
    with tarfile.open(path, "w") as tar:
        for info, content in HOSTILE[how]:
            tar.addfile(info, io.BytesIO(content))
    with pytest.raises((InvalidInput, Damaged)):
        restore(path, tmp_path / "memory")
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "evil.tar"]


def test_links_in_a_backup_folder_are_not_followed(folder: Path) -> None:
    path = backed_up(folder)
    (path / "memory.db").rename(folder.parent / "elsewhere.db")
    (path / "memory.db").symlink_to(folder.parent / "elsewhere.db")
    with pytest.raises(InvalidInput, match="link"):
        restore(path, folder.parent / "again")


def test_what_is_no_backup_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises((InvalidInput, Damaged), match="no backup"):
        restore(tmp_path / "letter.txt", tmp_path / "memory")
    with pytest.raises(InvalidInput, match="no backup"):
        restore(tmp_path / "nowhere", tmp_path / "memory")
