"""What a turn costs to remember as a memory grows: CPU of each tenth of a long life."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import process_time

from memwell.bench.strategies.diary import BEGIN, TURNS, conversations
from memwell.core.clock import ManualClock
from memwell.kernel.memory import Memory

EMBEDDER = "hash:64"  # quick, and as costly for the last turn as for the first
PARTS = 10


@dataclass(frozen=True)
class Growth:
    """CPU milliseconds a turn, for each tenth of the turns."""

    strategy: str
    turns: int
    cpu_ms: tuple[float, ...]
    derived: int
    managed_s: float  # CPU of tidying up once, at the end

    @property
    def ratio(self) -> float:
        """The last tenth over the first."""
        return self.cpu_ms[-1] / self.cpu_ms[0]

    def as_json(self) -> dict[str, object]:
        return {
            "strategy": self.strategy,
            "turns": self.turns,
            "cpu_ms_per_turn": list(self.cpu_ms),
            "last_over_first": self.ratio,
            "derived": self.derived,
            "manage_cpu_s": self.managed_s,
        }


def grow(spec: str, turns: int, folder: Path, seed: int, told: Callable[[int], None]) -> Growth:
    """Remember that many turns in one memory of one user, the strategy at work on each.

    `told` hears of the turns that are in.
    """
    shutil.rmtree(folder, ignore_errors=True)
    clock = ManualClock(BEGIN)
    marks, done = [process_time()], 0
    with Memory(folder, user="ana", strategy=spec, embedder=EMBEDDER, clock=clock) as memory:
        for conversation in conversations(turns, seed):
            clock.at = conversation.at or BEGIN
            for _ in memory.add_many([conversation]):
                done += len(conversation.messages)
            while done >= len(marks) * turns / PARTS:
                marks.append(process_time())
            told(done)
        held = memory.view().store.count(memory.scope)
        started = process_time()
        memory.manage()
        managed = process_time() - started
    spent = [1000 * (end - start) for start, end in pairwise(marks)]
    each = tuple(PARTS * ms / turns for ms in spent)
    return Growth(spec, turns, each, held - turns, managed)


SMALLEST = TURNS * PARTS  # turns, so that every tenth holds a conversation
