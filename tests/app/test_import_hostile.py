"""Zips, folders and files that were made to harm: refused with the reason, and nothing comes in."""

import json
import sqlite3
import stat
import zipfile
from pathlib import Path

import exported
import pytest
from exported import write
from typed import Shell

from memwell.app.imports.detect import read
from memwell.app.imports.members import member_text, opened_zip
from memwell.core.errors import InvalidInput
from memwell.kernel.bounded import Bounds

CHAT = [{"uuid": "c1", "chat_messages": [{"sender": "human", "text": "hello", "uuid": "m1"}]}]
GOOD = {"conversations.json": json.dumps(CHAT)}
COGX = {name: json.dumps(value) if isinstance(value, dict) else exported.lines(*value)
        for name, value in exported.COGX.items()}  # fmt: skip


def zipped(path: Path, members: dict[str, str], *, link: str | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo("x")
            info.filename = name  # as it is, whatever the module would make of it
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == link:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content)
    return path


def refused(path: Path, why: str, name: str | None = None) -> None:
    with pytest.raises(InvalidInput, match=why):
        list(read(path, lambda place, fault: pytest.fail(f"{place}: {fault}"), name))


@pytest.mark.parametrize("members", [GOOD, COGX], ids=["chats", "cogx"])
@pytest.mark.parametrize(
    "name",
    ["../evil.json", "a/../../evil.json", "/etc/evil.json", "C:\\evil.json", "..\\evil.json",
     "\\\\host\\share\\evil.json"],
)  # fmt: skip
def test_a_zip_whose_files_would_lie_outside(tmp_path, members, name):
    path = zipped(tmp_path / "export.zip", {**members, name: "{}"})
    kind = "cogx" if members is COGX else "claude"
    refused(path, "would lie outside", kind)


def test_a_zip_with_links(tmp_path):
    path = zipped(tmp_path / "export.zip", {**GOOD, "more.json": "/etc/passwd"}, link="more.json")
    refused(path, "is a link")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_a_name_twice(tmp_path):
    path = zipped(tmp_path / "export.zip", GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("conversations.json", "[]")
    refused(path, "there twice")


def test_a_zip_that_unpacks_without_end(tmp_path):
    path = tmp_path / "export.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w") as file,
    ):
        file.write(b'[{"chat_messages": [')
        for _ in range(120):
            file.write(b" " * (1 << 20))
    refused(path, "more than 100 times its size", "claude")


def test_a_zip_is_read_within_bounds(tmp_path):
    path = zipped(tmp_path / "export.zip", {"conversations.json": json.dumps(CHAT * 100)})
    with opened_zip(path) as archive:
        (info,) = archive.infolist()
        stream = member_text(archive, info, path, Bounds(total=100))
        with stream, pytest.raises(InvalidInput, match="more than 100 bytes"):
            stream.read()


@pytest.mark.parametrize("size", [10, 60, -10])
def test_a_zip_that_breaks_off(tmp_path, size):
    path = zipped(tmp_path / "export.zip", GOOD)
    path.write_bytes(path.read_bytes()[:size])
    refused(path, "cannot be read as a zip")


def test_a_zip_whose_bytes_were_changed(tmp_path):
    path = zipped(tmp_path / "export.zip", GOOD)
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    refused(path, "cannot be read as a zip", "claude")


def test_a_folder_whose_files_are_links(tmp_path):
    secret = write(tmp_path, "secret.json", CHAT)
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "conversations.json").symlink_to(secret)
    refused(folder, "is a link", "claude")
    archive = exported.cogx(tmp_path / "cogx")
    (archive / "memories.jsonl").unlink()
    (archive / "memories.jsonl").symlink_to(secret)
    refused(archive, "is a link")


def test_a_newer_cogx(tmp_path):
    archive = exported.cogx(tmp_path / "cogx")
    write(archive, "manifest.json", {"cogx_version": "1.0"})
    refused(archive, "COGX 1.0")


def test_a_history_that_is_a_view(tmp_path):
    """What its schema says would be carried out when it is read."""
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    columns = "id memory_id old_memory new_memory event created_at updated_at is_deleted".split()
    shown = ", ".join(f"'x' AS {name}" for name in columns)
    connection.execute(f"CREATE VIEW history AS SELECT {shown}")
    connection.close()
    with pytest.raises(InvalidInput):
        list(read(path, lambda *_: None))


def test_ids_of_others_cannot_be_taken_over(tmp_path):
    """A memory's id follows from whose it is: a crafted id there meets no memory here."""
    ana, bob = (Shell(tmp_path / "memory", ("--embedder", "none", "--user", name))
                for name in ("ana", "bob"))  # fmt: skip
    id = ana.json("add", "Ana's secret.")["applied"][0]["id"]
    path = write(tmp_path, "all.json", {"results": [{"id": id, "memory": "Forged."}]})
    bob.text("import", path)
    assert ana.json("history", id)["versions"][-1]["text"] == "Ana's secret."


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000])
def test_json_that_is_nested_without_end(tmp_path, deep):
    path = write(tmp_path, "all.json", '{"results": ' + deep)
    refused(path, "nested too deeply", "mem0")
