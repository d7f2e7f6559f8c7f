"""A small disk of its own, where this process may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "6m") -> Iterator[Path]:
    """Skips the test where mounting is not allowed."""
    folder.mkdir()
    if _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip("this process may not mount a disk")
    try:
        yield folder
    finally:
        _run("umount", "--lazy", str(folder))


def make_read_only(folder: Path) -> None:
    """From now on this disk takes no writing, whoever asks."""
    assert _run("mount", "-o", "remount,ro", str(folder)) == 0


def make_writable(folder: Path) -> None:
    assert _run("mount", "-o", "remount,rw", str(folder)) == 0


def fill(folder: Path, spare: int = 0) -> None:
    """Writes until nothing more fits; then makes so many bytes of room."""
    path = folder / "filling"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            file.truncate(max(0, file.tell() - spare))


def _run(*command: str) -> int:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return 1
