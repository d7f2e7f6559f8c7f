"""What a blob's content is wrapped in on disk, and what it is called there."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

FRAME = 1 << 28  # bytes encrypted at once: AES-GCM takes less than 2 GiB
NONCE, TAG = 12, 16  # bytes


class Envelope(Protocol):
    """Wraps and unwraps. A name is the same for the same content, so it is kept once."""

    @property
    def suffix(self) -> str:
        """What names of files end in."""
        ...

    def name(self, content: bytes) -> str:
        """64 hex digits that depend on the content."""
        ...

    def wrap(self, content: bytes, name: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Raises ValueError unless this is just what was wrapped under the name."""
        ...


@dataclass(frozen=True, slots=True)
class Open:
    """The bytes as they are, named by their sha256."""

    @property
    def suffix(self) -> str:
        return ".safetensors"

    def name(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def wrap(self, content: bytes, name: str) -> bytes:
        return content

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        if self.name(wrapped) != name:
            raise ValueError("the content has another checksum")
        return wrapped


OPEN = Open()


@dataclass(frozen=True, slots=True)
class Sealed:
    """AES-256-GCM in frames; the name is a keyed digest, so it tells nothing of the content."""

    key: bytes = field(repr=False)
    name_key: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        return ".sealed"

    def name(self, content: bytes) -> str:
        return hmac.digest(self.name_key, content, "sha256").hex()

    def wrap(self, content: bytes, name: str) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(self.key)
        parts = []
        for place, frame in enumerate(_frames(content, FRAME)):
            nonce = os.urandom(NONCE)
            parts.append(nonce + cipher.encrypt(nonce, frame, _about(name, place)))
        return b"".join(parts)

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(self.key)
        try:
            content = b"".join(
                cipher.decrypt(frame[:NONCE], frame[NONCE:], _about(name, place))
                for place, frame in enumerate(_frames(wrapped, NONCE + FRAME + TAG))
            )
        except InvalidTag as error:
            raise ValueError("the content was changed, or sealed by another key") from error
        if self.name(content) != name:  # a whole frame is missing
            raise ValueError("the content is not complete")
        return content


def _frames(content: bytes, size: int) -> Iterator[bytes]:
    """At least one, so that emptiness is vouched for, too."""
    yield from (content[at : at + size] for at in range(0, max(len(content), 1), size))


def _about(name: str, place: int) -> bytes:
    """What a frame is bound to: it cannot serve in another place."""
    return f"{name}:{place}".encode()
