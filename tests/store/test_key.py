"""Keys are read from bytes, text, files and the environment, and never told."""

import base64
import os
import stat
from pathlib import Path

import pytest

from memwell.core.errors import InvalidInput
from memwell.store.key import Key, chosen, create

RAW = bytes(range(32))


@pytest.mark.parametrize(
    "text",
    [
        RAW.hex(),
        RAW.hex().upper(),
        base64.b64encode(RAW).decode(),
        base64.urlsafe_b64encode(RAW).decode() + "\n",
    ],
)
def test_text_that_is_32_bytes_is_those_bytes(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text)
    assert Key.read(text) == Key.read(tmp_path / "key") == Key.read(RAW) == Key(raw=RAW)


@pytest.mark.parametrize("text", ["tea at four", RAW.hex()[:-2], "0123", "schlüssel ☂"])
def test_any_other_text_is_a_passphrase(text: str) -> None:
    assert Key.read(text) == Key(passphrase=text)


@pytest.mark.parametrize("given", ["", " \n", b"short", 7, RAW + b"x"])
def test_what_is_no_key(given: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        Key.read(given)  # type: ignore[arg-type]
    assert "short" not in str(caught.value)


def test_a_key_is_not_shown() -> None:
    for key in (Key(raw=RAW), Key(passphrase="tea at four")):
        assert "tea" not in repr(key)
        assert repr(RAW) not in repr(key)


def test_a_new_key_is_random_readable_by_its_owner_only_and_never_written_over(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key"
    mask = os.umask(0)
    try:
        made = create(path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Key.read(path) == made != create(tmp_path / "other")
    with pytest.raises(InvalidInput, match="never written over"):
        create(path)
    assert Key.read(path) == made


def test_the_environment_is_asked_when_no_key_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("from the file")
    assert chosen(None) is None
    monkeypatch.setenv("MEMWELL_KEY", "from the variable")
    assert chosen(None) == Key(passphrase="from the variable")
    assert chosen(RAW) == Key(raw=RAW)
    monkeypatch.setenv("MEMWELL_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(InvalidInput, match="both set"):
        chosen(None)
    monkeypatch.delenv("MEMWELL_KEY")
    assert chosen(None) == Key(passphrase="from the file")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b""])
def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInput, match=str(path)):
        Key.read(path)
