"""Work in a process of its own, forked from this warm one, that may be killed at any step."""

import json
import os
import random
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from steps import Step, observed

Tell = Callable[[Any], None]


def run(work: Callable[[Tell], None], told: Tell, *, delay: float | None = None) -> bool:
    """Runs it in a child, hands on what it tells the moment it is told; True when it was killed.

    With a delay, in seconds, it is killed after that; a child that fails fails the test.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    _listen(reading, told, child, delay)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed; see above"
    return os.WIFSIGNALED(status)


def _work(work: Callable[[Tell], None], writing: int) -> None:
    """Ends the process, whatever happens."""
    try:
        work(lambda value: _write(writing, json.dumps(value).encode() + b"\n"))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _listen(reading: int, told: Tell, child: int, delay: float | None) -> None:
    """Lines that were cut off were not told."""
    deadline = None if delay is None else time.monotonic() + delay
    held = b""
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([reading], [], [], left)[0]:
            os.kill(child, signal.SIGKILL)
            deadline = None
            continue
        piece = os.read(reading, 65536)
        if not piece:
            return
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            told(json.loads(line))


class Killer:
    """An observer that ends the process before its n-th step, or in the middle of a write."""

    def __init__(self, at: int, chance: random.Random) -> None:
        self.left, self.chance = at, chance

    def __call__(self, step: Step) -> None:
        self.left -= 1
        if self.left == 0:
            if step.kind == "write" and self.chance.random() < 0.5:
                self._write_half(step)
            os.kill(os.getpid(), signal.SIGKILL)

    def _write_half(self, step: Step) -> None:
        handle = os.open(step.path, os.O_WRONLY)
        os.pwrite(handle, step.data[: self.chance.randrange(len(step.data) + 1)], step.at)


def killed_at(step: int, folder: Path, seed: int, work: Callable[[Tell], None], told: Tell) -> bool:
    """The same, killed at a step on files under the folder, if it gets that far."""

    def observed_work(tell: Tell) -> None:
        with observed(folder, Killer(step, random.Random(seed))):
            work(tell)

    return run(observed_work, told)
