"""What an export says of itself in its last line: a checksum of all that stands before it.

Without a key it shows damage and careless changes; with one nobody who lacks the key can change
the file, or write one that passes for it.
"""

import hashlib
import hmac
from pathlib import Path
from typing import Any

from memwell.core.errors import InvalidInput
from memwell.store.key import Key

PLAIN, KEYED = "sha256", "hmac-sha256"
ROUNDS = 600_000  # for a passphrase, which is easier to guess than 32 random bytes
PURPOSE = b"memwell: export"

Given = Key | bytes | str | Path


class Checksum:
    """Takes in bytes; plain, or keyed when there is a key."""

    def __init__(self, key: Given | None = None) -> None:
        self.kind = PLAIN if key is None else KEYED
        self._inner: Any = (
            hashlib.sha256() if key is None else hmac.new(_secret(key), digestmod="sha256")
        )

    def add(self, content: bytes) -> None:
        self._inner.update(content)

    @property
    def value(self) -> str:
        """In hex."""
        return str(self._inner.hexdigest())

    def check(self, told: Any) -> None:
        """Raises InvalidInput when the file says another one."""
        if not isinstance(told, str) or not hmac.compare_digest(told.encode(), self.value.encode()):
            more = ", or the key is another one" if self.kind == KEYED else ""
            raise InvalidInput(f"its checksum does not fit: it was changed or damaged{more}")


def agreed(kind: Any, key: Given | None) -> None:
    """That a key was given exactly when the file has need of it. Raises InvalidInput."""
    if kind == KEYED and key is None:
        raise InvalidInput("it is sealed with a key: give that key (--seal-key at the shell)")
    if kind != KEYED and key is not None:
        raise InvalidInput("it is not sealed with a key, so that the key proves nothing of it")
    if kind not in (PLAIN, KEYED):
        raise InvalidInput(f"its checksum is of a kind that is not known: {str(kind)[:40]!r}")


def _secret(given: Given) -> bytes:
    key = Key.read(given)
    if key.raw is not None:
        return hmac.digest(key.raw, PURPOSE, "sha256")
    return hashlib.pbkdf2_hmac("sha256", (key.passphrase or "").encode(), PURPOSE, ROUNDS)
