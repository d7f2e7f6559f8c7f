"""How often a system makes the disk keep what it wrote: counted in a trace of its system calls."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

SYNCS = ("fsync", "fdatasync", "msync", "sync_file_range", "syncfs")
CALL = re.compile(rf"\b(?:{'|'.join(SYNCS)})\(")
DONE = "resumed"  # the second half of a call that was interrupted by another thread's


def command(out: Path) -> list[str] | None:
    """What to put before a command to trace it; None where there is no strace."""
    found = shutil.which("strace")
    return [found, "-f", "-y", "-e", f"trace={','.join(SYNCS)}", "-o", str(out)] if found else None


def between(lines: Iterable[str], mark: Path) -> int:
    """Sync calls between the first and the second sync of the mark."""
    marks = count = 0
    for line in lines:
        if DONE in line or not CALL.search(line):
            continue
        if f"<{mark}>" in line:
            marks += 1
        elif marks == 1:
            count += 1
    return count
