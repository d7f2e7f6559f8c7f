"""How a memory is opened: encrypted, with the key it was given, or plain."""

import hmac
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from memwell.core.errors import InvalidInput, Locked
from memwell.store import driver, header
from memwell.store.driver import Cipher, Driver, Plain
from memwell.store.envelope import OPEN, Envelope, Sealed
from memwell.store.header import Header
from memwell.store.key import FILE_VARIABLE, SIZE, VARIABLE, Key, chosen

DATABASE = "memory.db"
GIVE = f"set {VARIABLE} or {FILE_VARIABLE}, or give key= (--key-file at the shell)"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seal:
    """What everything in one folder is encrypted with; without a data key it is plain."""

    data_key: bytes | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.data_key is not None

    @property
    def driver(self) -> Driver:
        """Opens the database."""
        return self.cipher if self else Plain()

    @property
    def cipher(self) -> Cipher:
        """Opens it, too, and can copy it into a database with another seal."""
        return Cipher(self._derived("database") if self else None)

    @property
    def envelope(self) -> Envelope:
        """Wraps the blobs."""
        if not self:
            return OPEN
        return Sealed(self._derived("blobs"), self._derived("blob names"))

    def _derived(self, purpose: str) -> bytes:
        """Keys for different purposes tell nothing of each other."""
        return hmac.digest(self.data_key or b"", f"memwell: {purpose}".encode(), "sha256")


def opened(folder: Path, given: Key | bytes | str | Path | None = None) -> Seal:
    """The seal of the memory in a folder; a new memory gets one when there is a key.

    The key is the given one, else that of the environment. Raises Locked when it is missing or
    another one, and InvalidInput when the memory is not encrypted. Nothing is changed then.
    """
    key = chosen(given)
    found = Header.read(folder)
    if found and found.goal:
        log.warning("changing the encryption of %s was interrupted; run it again", folder)
    if found and found.encrypts(folder):
        return Seal(found.data_key(_needed(key, folder), folder))
    if key is None:
        return Seal()
    if found or (folder / DATABASE).exists():
        raise InvalidInput(
            f"the memory in {folder} is not encrypted, but a key was given; leave out the key, or "
            "encrypt the memory first: memwell key encrypt"
        )
    return _created(folder, key)


def _needed(key: Key | None, folder: Path) -> Key:
    if key is None:
        raise Locked(f"the memory in {folder} is encrypted; to open it, {GIVE}")
    return key


def _created(folder: Path, key: Key) -> Seal:
    """Of two processes that begin one memory, the second takes the seal of the first."""
    driver.sqlcipher()  # before anything is written
    try:
        data_key = os.urandom(SIZE)
        header.made(key, data_key).write(folder, only_new=True)
        return Seal(data_key)
    except FileExistsError:
        return opened(folder, key)
