"""Refused requests in the audit log: counted, and written together.

A line for each would let anybody without a key fill the disk.
"""

import logging
import threading
from time import monotonic

from memwell.core.errors import MemwellError
from memwell.kernel.memory import Memory

EVERY = 60.0  # seconds

log = logging.getLogger("memwell.server")


class Refusals:
    """Since the last line."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._count, self._written = memory, 0, -EVERY
        self._lock = threading.Lock()

    def note(self) -> None:
        """One more; it is written at once when there was none for long."""
        with self._lock:
            self._count += 1
            late = monotonic() - self._written >= EVERY
        if late:
            self._write()

    def close(self) -> None:
        self._write()

    def _write(self) -> None:
        with self._lock:
            count, self._count, self._written = self._count, 0, monotonic()
        try:
            if count:
                self._memory.governance.refused(count)
        except MemwellError as error:
            log.warning("%d refused requests are not in the audit log: %s", count, error)
