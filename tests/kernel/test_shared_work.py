"""Several processes do the work on one memory: each event once, whoever is killed."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from acting import Noting, Open

from memwell.core.clock import ManualClock, SystemClock
from memwell.core.job import Standing
from memwell.core.receipt import Status
from memwell.kernel.memory import Memory
from memwell.kernel.queue import LEASE
from memwell.kernel.refiner import ATTEMPTS
from support import assert_sound, base, environment, rows

WORKER = """
import os, signal, sys, time
from pathlib import Path
from acting import Noting
from support import WordEmbedder
from memwell.kernel.memory import Memory

where, who, fate, beside = sys.argv[1:]
log = Path(beside) / f"{who}.log"
other = Path(beside) / f"{'a' if who == 'b' else 'b'}.log"


class Working(Noting):
    needs_model = fate != "caller"

    def encode(self, event, view):
        with log.open("a") as file:
            file.write(event.id + "\\n")
        if fate == "share":
            while not other.exists():
                time.sleep(0.01)
        drafts = list(super().encode(event, view))
        if fate in ("killed", "caller"):
            os.kill(os.getpid(), signal.SIGKILL)
        return drafts


with Memory(where, strategy=Working(), embedder=WordEmbedder(), model=None) as memory:
    if fate in ("killed", "caller"):
        memory.add("I like tea", wait=True)
    memory.wait()
"""


def worker(memory: Memory, who: str, fate: str, logs: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", WORKER, str(memory.path), who, fate, str(logs)]
    return subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("fate", ["killed", "caller"])
def test_what_a_killed_process_left_another_one_finishes(
    open_memory: Open, fate: str, tmp_path: Path
) -> None:
    reader = open_memory()
    killed = worker(reader, "a", fate, tmp_path)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    clock = ManualClock(SystemClock().now())
    reader._clock = clock
    (job,) = reader.queue()
    assert (job.standing, job.attempts) == (Standing.RUNNING, 1)
    survivor = open_memory(strategy=Noting(), clock=clock)
    survivor.wait()
    assert survivor.receipt(job.event).status is Status.STORED, "its lease has not run out"
    clock.advance(LEASE)
    survivor.wait()
    assert survivor.receipt(job.event).status is Status.REFINED
    assert [cube.text for cube in survivor.view().scan()] == ["I like tea", "noted: I like tea"]
    survivor.close()
    assert_sound(base(survivor))


def test_two_processes_share_the_work(open_memory: Open, tmp_path: Path) -> None:
    memory = open_memory()
    events = [memory.add(f"word{n} likes tea").id for n in range(24)]
    rows(
        base(memory),
        "INSERT INTO job SELECT id, 0, 0, recorded, 0, '', 0 FROM event",
    )
    running = [worker(memory, who, "share", tmp_path) for who in "ab"]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    done = {who: (tmp_path / f"{who}.log").read_text().split() for who in "ab"}
    assert Counter(done["a"] + done["b"]) == Counter(events)
    assert all(done.values()), "both of them worked"
    notes = [cube.text for cube in memory.view().scan() if cube.text.startswith("noted")]
    assert Counter(notes) == Counter(f"noted: word{n} likes tea" for n in range(24))
    assert memory.queue() == []


def test_what_kills_its_process_again_and_again_is_given_up(
    open_memory: Open, clock: ManualClock
) -> None:
    memory = open_memory()
    event = memory.add("I like tea").id
    path = base(memory)
    job = "INSERT INTO job SELECT id, 0, ?, recorded, 0, '', 0 FROM event"
    rows(path, job, ATTEMPTS)
    again = open_memory(strategy=Noting())
    (left,) = again.queue()
    assert left.standing is Standing.DEAD
    assert "the process ended in the middle of it, 5 times" in left.error
    clock.advance(timedelta(seconds=1))
    assert [each.id for each in again.retry()] == [event]
    assert again.receipt(event).status is Status.REFINED
