"""Blobs are whole or not there, and found by what they hold."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from memwell.core.errors import CorruptBlob, NotFound
from memwell.store import envelope
from memwell.store.blobs import BlobStore
from memwell.store.envelope import OPEN, Envelope, Sealed
from support import quick_folder

TENSORS = {"k": np.arange(12, dtype=np.float16).reshape(3, 4), "v": np.ones((2, 2), np.int8)}

kinds = st.sampled_from([np.float32, np.float16, np.int8, np.int64, np.uint8, np.bool_])
tensors = st.dictionaries(
    st.text("abc.0", min_size=1, max_size=6),
    kinds.flatmap(lambda kind: arrays(kind, array_shapes(max_dims=3, max_side=4))),
    min_size=1,
    max_size=3,
)


SEALED = Sealed(bytes(32), b"names" * 4)
ENVELOPES = pytest.mark.parametrize("wrapping", [OPEN, SEALED], ids=["open", "sealed"])


class Killed(BaseException):
    """Stands for the process ending: nothing catches it."""


@ENVELOPES
def test_tensors_come_back_bit_for_bit(wrapping: Envelope) -> None:
    with quick_folder() as folder:
        blobs = BlobStore(Path(folder), wrapping)

        @given(tensors)
        def check(given: dict[str, np.ndarray]) -> None:
            digest = blobs.put(given)
            found = blobs.get(digest)
            assert found.keys() == given.keys()
            for name, tensor in given.items():
                assert found[name].dtype == tensor.dtype
                assert found[name].shape == tensor.shape
                assert found[name].tobytes() == np.ascontiguousarray(tensor).tobytes()

        check()


def test_tensors_in_any_memory_layout_are_kept(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    whole = np.arange(24, dtype=np.float32).reshape(4, 6)
    given = {"turned": whole.T, "sliced": whole[:, ::2], "fortran": np.asfortranarray(whole)}
    found = blobs.get(blobs.put(given))
    for name, tensor in given.items():
        assert np.array_equal(found[name], tensor), name


def test_the_same_content_is_kept_once_and_named_by_its_checksum(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    digest = blobs.put(TENSORS)
    again = blobs.put(dict(reversed(list(TENSORS.items()))))
    assert again == digest
    assert list(blobs.digests()) == [digest]
    (path,) = tmp_path.rglob("*.safetensors")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest == path.stem


@ENVELOPES
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:9],
        lambda content: b"",
        lambda content: content + b"x",
    ],
)
def test_damage_is_noticed(
    tmp_path: Path, damage: Callable[[bytes], bytes], wrapping: Envelope
) -> None:
    blobs = BlobStore(tmp_path, wrapping)
    digest = blobs.put(TENSORS)
    path = blobs.path(digest)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CorruptBlob, match=digest):
        blobs.get(digest)


def test_a_blob_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path / "none")
    with pytest.raises(NotFound):
        blobs.get("0" * 64)
    assert list(blobs.digests()) == []
    assert not blobs.drop("0" * 64)


def test_a_dropped_blob_is_gone(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    digest = blobs.put(TENSORS)
    assert blobs.drop(digest)
    assert list(blobs.digests()) == []
    with pytest.raises(NotFound):
        blobs.get(digest)


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_a_write_that_ends_early_leaves_nothing_under_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*args: object, **options: object) -> None:
        raise Killed

    blobs = BlobStore(tmp_path)
    kept = blobs.put({"other": np.zeros(3, np.float32)})
    monkeypatch.setattr(os, step, killed)
    with pytest.raises(Killed):
        blobs.put(TENSORS)
    monkeypatch.undo()
    assert list(blobs.digests()) == [kept]
    digest = blobs.put(TENSORS)
    assert np.array_equal(blobs.get(digest)["k"], TENSORS["k"])


def test_what_a_kill_leaves_behind_is_never_taken_for_a_blob(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After SIGKILL not even the clean-up runs: a half-written .part file stays."""
    blobs = BlobStore(tmp_path)
    digest = blobs.put(TENSORS)
    (path,) = tmp_path.rglob("*.safetensors")
    content = path.read_bytes()
    blobs.drop(digest)
    (path.parent / "tmp123.part").write_bytes(content[:20])
    assert list(blobs.digests()) == []
    with pytest.raises(NotFound):
        blobs.get(digest)
    assert blobs.put(TENSORS) == digest
    assert blobs.get(digest).keys() == TENSORS.keys()


def test_bytes_reach_the_disk_before_the_name_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append("fsync"), fsync(handle)))
    monkeypatch.setattr(os, "replace", lambda *paths: (calls.append("replace"), replace(*paths)))
    BlobStore(tmp_path).put(TENSORS)
    made, written, named = ["fsync"], ["fsync", "replace"], ["fsync"]  # the last for its name
    assert calls == made + written + named


def test_a_sealed_blob_tells_nothing(tmp_path: Path) -> None:
    content = b"lisbon" * 100
    blobs = BlobStore(tmp_path, SEALED)
    digest = blobs.write(content)
    (path,) = (each for each in tmp_path.rglob("*") if each.is_file())
    assert b"lisbon" not in path.read_bytes()
    assert digest != hashlib.sha256(content).hexdigest()
    assert digest != BlobStore(tmp_path, Sealed(bytes(32), b"other" * 4)).write(content)
    assert blobs.write(content) == digest
    assert list(blobs.digests()).count(digest) == 1


def test_a_blob_does_not_pass_for_another(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path, SEALED)
    one, other = blobs.write(b"one"), blobs.write(b"another")
    blobs.path(one).write_bytes(blobs.path(other).read_bytes())
    with pytest.raises(CorruptBlob):
        blobs.read(one)
    with pytest.raises(CorruptBlob):
        BlobStore(tmp_path, Sealed(b"k" * 32, b"names" * 4)).read(other)


def test_large_blobs_are_sealed_in_frames_that_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "FRAME", 10)
    blobs, size = BlobStore(tmp_path, SEALED), 10 + envelope.NONCE + envelope.TAG
    for content in (b"", b"x" * 10, bytes(range(35))):
        assert blobs.read(blobs.write(content)) == content
    path = blobs.path(blobs.write(bytes(range(35))))
    whole = path.read_bytes()
    for damaged in (whole[: 2 * size], whole[size : 2 * size] + whole[:size] + whole[2 * size :]):
        path.write_bytes(damaged)
        with pytest.raises(CorruptBlob):
            blobs.read(path.stem)
