"""What a turn costs to remember as a memory grows: CPU of each tenth of a long life."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from memwell.bench.strategies.diary import BEGIN, TURNS, conversations
from memwell.core.clock import ManualClock
from memwell.core.view import DERIVED
from memwell.kernel.memory import Memory

EMBEDDER = "hash:64"  # quick, and as costly for the last turn as for the first
PARTS = 10


@dataclass(frozen=True)
class Growth:
    """CPU milliseconds a turn, for each tenth of the turns."""

    strategy: str
    turns: int
    added: tuple[float, ...]  # remembering, the strategy at work on each conversation
    managed: tuple[float, ...]  # tidying up once, after each tenth
    derived: int

    @property
    def ratio(self) -> float:
        """Remembering in the last tenth over the first."""
        return self.added[-1] / self.added[0]

    @property
    def whole_ratio(self) -> float:
        """The same, with tidying up."""
        return (self.added[-1] + self.managed[-1]) / (self.added[0] + self.managed[0])

    def as_json(self) -> dict[str, object]:
        return {
            "strategy": self.strategy,
            "turns": self.turns,
            "add_cpu_ms_per_turn": list(self.added),
            "manage_cpu_ms_per_turn": list(self.managed),
            "last_over_first": self.ratio,
            "last_over_first_with_manage": self.whole_ratio,
            "derived": self.derived,
        }


def grow(spec: str, turns: int, folder: Path, seed: int, told: Callable[[int], None]) -> Growth:
    """Remember that many turns in one memory of one user, the strategy at work on each.

    `told` hears of the turns that are in.
    """
    shutil.rmtree(folder, ignore_errors=True)
    clock = ManualClock(BEGIN)
    added, managed, done = list[float](), list[float](), 0
    with Memory(folder, user="ana", strategy=spec, embedder=EMBEDDER, clock=clock) as memory:
        started = process_time()
        for conversation in conversations(turns, seed):
            clock.at = conversation.at or BEGIN
            for _ in memory.add_many([conversation]):
                done += len(conversation.messages)
            told(done)
            while done >= (len(added) + 1) * turns / PARTS:
                between = process_time()
                memory.manage()
                added.append(between - started)
                managed.append(process_time() - between)
                started = process_time()
        held = memory.store.count(memory.scope, DERIVED)
    return Growth(spec, turns, _each(added, turns), _each(managed, turns), held)


def _each(seconds: list[float], turns: int) -> tuple[float, ...]:
    """Milliseconds a turn."""
    return tuple(1000 * PARTS * spent / turns for spent in seconds)


SMALLEST = TURNS * PARTS  # turns, so that every tenth holds a conversation
