"""Keys as people keep them: 32 random bytes, or a passphrase; from the environment or a file."""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from memwell.core.errors import InvalidInput

VARIABLE = "MEMWELL_KEY"
FILE_VARIABLE = "MEMWELL_KEY_FILE"
SIZE = 32  # bytes


@dataclass(frozen=True, slots=True)
class Key:
    """Opens a memory. It is never shown, and never written into the memory."""

    raw: bytes | None = field(default=None, repr=False)  # 32 random bytes
    passphrase: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, given: "Key | bytes | str | Path") -> Self:
        """A key from 32 bytes, from text, or from the file that a Path names.

        Text that is 32 bytes in hex or base64 is those bytes; any other text is a passphrase.
        Raises InvalidInput, without repeating what was given.
        """
        match given:
            case Key(raw, passphrase):
                return cls(raw, passphrase)
            case Path():
                return cls._of_text(_content(given), f"the key file {given}")
            case str():
                return cls._of_text(given, "the key")
            case bytes() if len(given) == SIZE:
                return cls(raw=given)
        raise InvalidInput(f"a key is {SIZE} bytes, text, or the Path of a key file")

    @classmethod
    def _of_text(cls, text: str, what: str) -> Self:
        text = text.strip()
        if not text:
            raise InvalidInput(f"{what} is empty; `memwell key new FILE` makes one")
        raw = _decoded(text)
        return cls(raw=raw) if raw else cls(passphrase=text)


def chosen(given: Key | bytes | str | Path | None) -> Key | None:
    """The given key, else that of MEMWELL_KEY or of the file that MEMWELL_KEY_FILE names."""
    if given is not None:
        return Key.read(given)
    text, file = os.environ.get(VARIABLE), os.environ.get(FILE_VARIABLE)
    if text and file:
        raise InvalidInput(f"{VARIABLE} and {FILE_VARIABLE} are both set; unset one of them")
    if file:
        return Key.read(Path(file).expanduser())
    return Key.read(text) if text else None


def create(path: Path) -> Key:
    """A new random key in a new file that only its owner may read. Raises InvalidInput."""
    raw = secrets.token_bytes(SIZE)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InvalidInput(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(raw) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return Key(raw=raw)


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the key file {path} is not text (base64, hex or words)") from error
    except OSError as error:
        raise InvalidInput(f"cannot read the key file {path}: {error.strerror}") from error


def _decoded(text: str) -> bytes | None:
    """The bytes, when the text is just 32 of them in hex or base64."""
    for decode in (bytes.fromhex, _base64):
        try:
            raw = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(raw) == SIZE:
            return raw
    return None


def _base64(text: str) -> bytes:
    return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
