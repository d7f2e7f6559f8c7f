"""Reading what was packed, within bounds: a small file cannot unpack into one without end."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from memwell.core.errors import InvalidInput

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file may hold. What is written here stays far below all of them."""

    ratio: int = 100  # bytes unpacked for every packed one; words rarely make more than 20
    floor: int = 64 * MIB  # bytes before the ratio counts
    total: int = 64 * 1024 * MIB  # bytes unpacked
    line: int = 256 * MIB  # bytes of one line


BOUNDS = Bounds()


class Bounded(io.RawIOBase):
    """A stream that raises InvalidInput once it has given more than is allowed.

    Args:
        inner: The unpacked stream.
        packed: How many packed bytes there are, or were read so far.
        name: What messages call it.
        bounds: How much is allowed.
    """

    def __init__(
        self, inner: IO[bytes], packed: Callable[[], int], name: str, bounds: Bounds = BOUNDS
    ) -> None:
        self._inner, self._packed, self._name, self._bounds = inner, packed, name, bounds
        self._given = 0

    def readable(self) -> bool:
        """Overrides RawIOBase."""
        return True

    def seekable(self) -> bool:
        """Overrides RawIOBase."""
        return self._inner.seekable()

    def tell(self) -> int:
        """Overrides RawIOBase."""
        return self._inner.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Overrides RawIOBase; what is read again does not count twice."""
        self._given = self._inner.seek(offset, whence)
        return self._given

    def readinto(self, buffer: Any, /) -> int:
        """Overrides RawIOBase. Raises InvalidInput."""
        found = self._inner.read(min(len(buffer), MIB))
        buffer[: len(found)] = found
        self._given += len(found)
        self._check()
        return len(found)

    def close(self) -> None:
        """Overrides RawIOBase."""
        self._inner.close()
        super().close()

    def _check(self) -> None:
        allowed = self._bounds
        if self._given > allowed.total:
            raise InvalidInput(f"{self._name} unpacks to more than {allowed.total:,} bytes")
        if self._given > allowed.floor and self._given > allowed.ratio * max(1, self._packed()):
            raise InvalidInput(
                f"{self._name} unpacks to more than {allowed.ratio} times its size: it was made to "
                "fill the memory of who opens it, and is not read"
            )


def line_of(stream: IO[bytes], name: str, bounds: Bounds = BOUNDS) -> bytes:
    """The next line with its end; empty at the end of the stream. Raises InvalidInput."""
    line = stream.readline(bounds.line + 1)
    if len(line) > bounds.line:
        raise InvalidInput(f"{name} has a line of more than {bounds.line:,} bytes")
    return line
