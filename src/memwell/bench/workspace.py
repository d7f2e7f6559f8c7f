"""Where a benchmark's memory lies, so that an interrupted run goes on where it stopped."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20


def workspace(name: str, files: Iterable[Path], *parts: str) -> Path:
    """A folder under the user's cache, named by the data's digest and what shapes the memory."""
    plain = [re.sub(r"[^\w.-]+", "-", part).strip("-") for part in parts]
    return cache() / "memwell" / "bench" / "-".join([name, digest(files), *plain])


def cache() -> Path:
    """The user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def digest(files: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that stand for the content of the files."""
    total = hashlib.blake2b(digest_size=6)
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(CHUNK):
                total.update(block)
    return total.hexdigest()
