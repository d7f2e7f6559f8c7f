"""`seal.json`: the data key of an encrypted memory, wrapped by its owner's key.

The data key encrypts; the owner's key only unwraps it. The file also says how far a conversion has
come, so that one that was interrupted leaves no doubt about what the database is.
"""

import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from memwell.core.errors import Locked
from memwell.store import durable
from memwell.store.driver import INSTALL
from memwell.store.key import Key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE = "seal.json"
PART = "memory.db.part"  # the database that a conversion makes, until it takes the other's place
FORMAT = "memwell-seal/1"
COST = {"n": 1 << 17, "r": 8, "p": 1}  # of scrypt: 128 MiB, some tenths of a second
MOST = 256 << 20  # bytes that scrypt may take, whatever a file says

Goal = Literal["encrypted", "plain", "rotated"]


@dataclass(frozen=True, slots=True)
class Header:
    """The content of the file; bytes are written in hex."""

    wrapped: str  # the data key
    salt: str | None = None  # of the passphrase; None for a key of 32 bytes
    cost: dict[str, int] = field(default_factory=dict)
    goal: Goal | None = None  # of a conversion that has begun
    ready: bool = False  # its new database is complete, and takes its place if it has not yet
    upcoming: str | None = None  # the data key that a rotation changes to
    format: str = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """None where the memory never was encrypted. Raises Locked when it cannot be read."""
        path = folder / FILE
        try:
            fields = json.loads(path.read_bytes())
            if fields["format"] != FORMAT:
                raise Locked(f"{path} was written by a newer memwell; upgrade memwell to open it")
            return cls(**fields)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise Locked(f"{path} is damaged: {error}; restore it from a backup") from error

    def write(self, folder: Path, *, only_new: bool = False) -> None:
        content = json.dumps(asdict(self), indent=1).encode()
        durable.write(folder / FILE, content, only_new=only_new)

    def encrypts(self, folder: Path) -> bool:
        """Whether the database is encrypted, however far a conversion has come."""
        match self.goal:
            case "encrypted":
                return self.arrived(folder)
            case "plain":
                return not self.arrived(folder)
        return True

    def arrived(self, folder: Path) -> bool:
        """Whether the conversion's database is in its place: taking it, it loses its own name."""
        return self.ready and not (folder / PART).exists()

    def data_key(self, key: Key, folder: Path) -> bytes:
        """What the memory is encrypted with now. Raises Locked when it is another key."""
        wrapping = _wrapping_key(key, self.salt, self.cost, folder)
        rotated = self.goal == "rotated" and self.arrived(folder)
        return _unwrap((rotated and self.upcoming) or self.wrapped, wrapping, folder)


def made(key: Key, data_key: bytes, upcoming: bytes | None = None) -> Header:
    """A header that only the key opens."""
    salt = os.urandom(16).hex() if key.passphrase is not None else None
    cost = COST if salt else {}
    wrapping = _wrapping_key(key, salt, cost, Path())
    later = _wrap(upcoming, wrapping) if upcoming else None
    return Header(_wrap(data_key, wrapping), salt, cost, upcoming=later)


def _wrapping_key(key: Key, salt: str | None, cost: dict[str, int], folder: Path) -> bytes:
    if (salt is None) is (key.raw is None):
        raise _refused(folder)
    if key.raw is not None:
        return hmac.digest(key.raw, b"memwell: wrapping", "sha256")
    words = unicodedata.normalize("NFKC", key.passphrase or "").encode()
    try:
        return hashlib.scrypt(words, salt=bytes.fromhex(salt or ""), maxmem=MOST, dklen=32, **cost)
    except (ValueError, TypeError) as error:
        raise Locked(f"{folder / FILE} is damaged: {error}; restore it from a backup") from error


def _wrap(data_key: bytes, wrapping: bytes) -> str:
    nonce = os.urandom(12)
    return (nonce + _cipher(wrapping).encrypt(nonce, data_key, FORMAT.encode())).hex()


def _unwrap(wrapped: str, wrapping: bytes, folder: Path) -> bytes:
    cipher = _cipher(wrapping)
    from cryptography.exceptions import InvalidTag

    try:
        content = bytes.fromhex(wrapped)
        return cipher.decrypt(content[:12], content[12:], FORMAT.encode())
    except (InvalidTag, ValueError) as error:
        raise _refused(folder) from error


def _cipher(key: bytes) -> "AESGCM":
    """Raises Locked when the package is missing."""
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise Locked(f"the package cryptography is missing; {INSTALL}") from error
    return AESGCM(key)


def _refused(folder: Path) -> Locked:
    return Locked(
        f"the key does not open the memory in {folder}: it is another key, or {FILE} was damaged; "
        "nothing was changed"
    )
