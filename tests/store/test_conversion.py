"""Encrypting, decrypting and rotating: whole before and after, and whenever it is interrupted."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from storing import FP, batch, cube, event, put

from memwell.core.errors import InvalidInput, Locked, MemwellError, NotFound, StoreError
from memwell.core.payload import Weights
from memwell.core.scope import Scope
from memwell.core.store import NOW
from memwell.store import conversion, copying
from memwell.store.blobs import BlobStore
from memwell.store.key import Key
from memwell.store.seal import opened
from memwell.store.sqlite import SQLiteStore

OLD, NEW = Key(raw=b"o" * 32), Key(raw=b"n" * 32)
TENSORS = {"w": np.arange(500, dtype=np.float32)}
ALL = Scope("acme")
ROOT = Path(__file__).resolve().parents[2]


def filled(folder: Path, key: Key | None = None) -> Path:
    """A memory with words, vectors, an index beside it, a blob that is named and a stray one."""
    seal = opened(folder, key)
    store = SQLiteStore(folder / "memory.db", seal.driver)
    blobs = BlobStore(folder / "blobs", seal.envelope)
    digest = blobs.put(TENSORS)
    blobs.put({"stray": np.zeros(3)})
    store.commit(
        batch(*(put(cube(f"c{n}", text=f"zanzibar {n}")) for n in range(40)), event=event("e1"))
    )
    store.commit(batch(put(cube("w", payload=Weights(digest, "model")), keys=None), id="b2"))
    store.close()
    (folder / "index" / "flat").mkdir(parents=True)
    (folder / "index" / "flat" / "vectors.f32").write_bytes(b"zanzibar")
    return folder


def held(folder: Path, key: Key | None) -> dict[str, object]:
    """Everything that is kept, read with the key."""
    seal = opened(folder, key)
    store = SQLiteStore(folder / "memory.db", seal.driver)
    blobs = BlobStore(folder / "blobs", seal.envelope)
    weights = store.get("w")
    assert weights is not None
    assert isinstance(weights.payload, Weights)
    try:
        return {
            "texts": sorted(cube.text for cube in store.scan(ALL)),
            "tensors": blobs.get(weights.payload.blob)["w"].tobytes(),
            "vectors": [part.tobytes() for part in store.vectors(FP, 0, 100)],
            "found": store.evidence(ALL, NOW, FP).terms.data.tobytes(),
            "journal": store.journal(),
            "events": list(store.all_events(ALL)),
        }
    finally:
        store.close()


def leaking(folder: Path) -> list[str]:
    """Names of files with words or numbers in them, for all to read."""
    traces = (b"zanzibar", TENSORS["w"][7:40].tobytes(), b"CREATE TABLE")
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(trace in path.read_bytes() for trace in traces)
    ]


def test_there_and_back_again(tmp_path: Path) -> None:
    folder = filled(tmp_path / "memory")
    whole = held(folder, None)
    assert leaking(folder)
    conversion.encrypt(folder, OLD)
    assert held(folder, OLD) == whole
    assert not leaking(folder)
    assert len(list(folder.glob("blobs/*/*"))) == 1
    conversion.rotate(folder, OLD, NEW)
    assert held(folder, NEW) == whole
    assert not leaking(folder)
    conversion.decrypt(folder, NEW)
    assert held(folder, None) == whole
    assert not (folder / "seal.json").exists()


def test_rotating_leaves_nothing_that_the_old_key_opens(tmp_path: Path) -> None:
    folder = filled(tmp_path / "memory", OLD)
    old_header, old_seal = (folder / "seal.json").read_bytes(), opened(folder, OLD)
    conversion.rotate(folder, OLD, NEW)
    with pytest.raises(Locked):
        opened(folder, OLD)
    (folder / "seal.json").write_bytes(old_header)
    assert opened(folder, OLD) == old_seal
    with pytest.raises(StoreError):
        SQLiteStore(folder / "memory.db", old_seal.driver)


@pytest.mark.parametrize(
    ("work", "error", "said"),
    [
        (lambda plain, _: conversion.decrypt(plain, OLD), InvalidInput, "memwell key encrypt"),
        (lambda plain, _: conversion.rotate(plain, OLD, NEW), InvalidInput, "memwell key encrypt"),
        (lambda _, sealed: conversion.encrypt(sealed, OLD), InvalidInput, "memwell key rotate"),
        (lambda _, sealed: conversion.encrypt(sealed, NEW), Locked, "does not open"),
        (lambda _, sealed: conversion.rotate(sealed, NEW, OLD), Locked, "does not open"),
        (lambda _, sealed: conversion.decrypt(sealed, NEW), Locked, "does not open"),
        (lambda plain, _: conversion.encrypt(plain / "none", OLD), NotFound, "no memory"),
    ],
)
def test_what_cannot_be_done_changes_nothing(tmp_path: Path, work, error, said) -> None:
    plain, sealed = filled(tmp_path / "plain"), filled(tmp_path / "sealed", OLD)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(error, match=said):
        work(plain, sealed)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


@pytest.mark.parametrize("key", [None, OLD])
def test_nobody_else_may_have_it_open(tmp_path: Path, key: Key | None) -> None:
    folder = filled(tmp_path / "memory", key)
    whole = held(folder, key)
    store = SQLiteStore(folder / "memory.db", opened(folder, key).driver)
    with pytest.raises(StoreError, match="open elsewhere"):
        conversion.rotate(folder, OLD, NEW) if key else conversion.encrypt(folder, NEW)
    store.commit(batch(put(cube("more")), id="b3"))
    store.close()
    assert held(folder, key)["texts"] == sorted([*whole["texts"], "about more"])  # type: ignore[misc]


@pytest.mark.parametrize("step", ["blob", "copy"])
def test_a_failure_leaves_the_memory_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = filled(tmp_path / "memory")
    whole = held(folder, None)
    if step == "blob":
        for path in folder.glob("blobs/*/*"):
            path.write_bytes(path.read_bytes()[:-1])
        whole = {}
    else:
        monkeypatch.setattr(copying, "_counts", lambda _, name: (1, 2))
    with pytest.raises(StoreError):
        conversion.encrypt(folder, OLD)
    assert not (folder / "seal.json").exists()
    assert not list(folder.glob("*.part*"))
    assert not list(folder.glob("blobs/*/*.sealed"))
    if whole:
        assert held(folder, None) == whole


# On a copy of the memory for every n: ends without warning before the n-th thing done to the disk.
# Prints how each ended, the last being the one that did all of them.
CHILD = """
import itertools, os, shutil, sys
from pathlib import Path
import sqlcipher3.dbapi2
from memwell.store import conversion, copying, durable
from memwell.store.key import Key

work, folder = sys.argv[1], Path(sys.argv[2])
OLD, NEW = Key(raw=b"o" * 32), Key(raw=b"n" * 32)
done = last = 0

def counting(function):
    def counted(*args, **options):
        global done
        done += 1
        if done == last:
            os._exit(9)
        return function(*args, **options)
    return counted

for owner, name in ((os, "fsync"), (os, "pwrite"), (os, "replace"), (Path, "unlink"),
                    (copying, "_check"), (conversion, "copy"), (conversion, "named")):
    setattr(owner, name, counting(getattr(owner, name)))
for last in itertools.count(1):
    copy = folder.parent / str(last)
    shutil.copytree(folder, copy)
    child = os.fork()
    if child == 0:
        {"encrypt": lambda: conversion.encrypt(copy, OLD),
         "decrypt": lambda: conversion.decrypt(copy, OLD),
         "rotate": lambda: conversion.rotate(copy, OLD, NEW)}[work]()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    if status == 0:
        break
"""


@pytest.mark.parametrize("work", ["encrypt", "rotate", "decrypt"])
def test_a_kill_at_any_step_leaves_a_whole_memory(tmp_path: Path, work: str) -> None:
    """It opens with one of the two, and running it again finishes it and leaves no trace."""
    before, after = {"encrypt": (None, OLD), "rotate": (OLD, NEW), "decrypt": (OLD, None)}[work]
    whole = held(filled(tmp_path / "memory", before), before)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, work, str(tmp_path / "memory")],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    *killed, last = done.stdout.split()
    assert (set(killed), last) == ({"9"}, "0")
    folders = [tmp_path / str(place + 1) for place in range(len(killed) + 1)]
    opened_by = [which(folder, (before, after), whole) for folder in folders]
    turned = opened_by.index(after)
    assert 10 < turned < len(folders)
    assert set(opened_by[:turned]) == {before}
    assert set(opened_by[turned:]) == {after}
    for folder, key in zip(folders, opened_by, strict=True):
        if key == before or work != "rotate":  # afterwards the old key opens nothing
            again(folder, work)
        assert held(folder, after) == whole
        assert not list(folder.glob("*.part*"))
        assert after is None or not leaking(folder)
        assert len(list(folder.glob("blobs/*/*"))) == 1


def which(folder: Path, keys: tuple[Key | None, ...], whole: dict[str, object]) -> Key | None:
    """The one key of the two that opens it."""
    opening = []
    for key in keys:
        try:
            assert held(folder, key) == whole
            opening.append(key)
        except MemwellError:
            pass
    (key,) = opening
    return key


def again(folder: Path, work: str) -> None:
    """The same command once more."""
    with suppress(InvalidInput):  # it had come to its end before it was killed
        match work:
            case "encrypt":
                conversion.encrypt(folder, OLD)
            case "decrypt":
                conversion.decrypt(folder, OLD)
            case "rotate":
                conversion.rotate(folder, OLD, NEW)
