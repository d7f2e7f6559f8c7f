"""A memory for each strategy, over the same turns: those are recorded and embedded once."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from memwell.bench.ingest import TimedEmbedder
from memwell.core.clock import ManualClock
from memwell.core.model import Usage
from memwell.core.view import DERIVED
from memwell.kernel.memory import Memory

LATER = timedelta(hours=1)  # after the last word: tidying up waits until a conversation is over


@dataclass(frozen=True)
class Cost:
    """What it took to refine the recorded turns, and to tidy up."""

    seconds: float  # of refining and tidying, embedding included
    embedded: int  # texts beyond the turns
    embed_seconds: float
    asked: int  # tokens of a language model
    answered: int
    calls: int
    derived: Mapping[str, int]  # memories by what they are
    failed: int  # events whose refinement was given up
    megabytes: float  # on disk, the recorded turns included


def prepare(
    base: Path,
    folder: Path,
    spec: str,
    embedder: TimedEmbedder | None,
    model: str,
    ends: Mapping[str, datetime],
    told: Callable[[int], None],
) -> tuple[Path, Cost]:
    """The folder of a memory that the strategy has worked on, and what that took.

    `ends` says for every user when the last word was said: what is tidied up is tidied then.
    """
    marker = folder / "bench-cost.json"
    if marker.is_file():
        return folder, Cost(**json.loads(marker.read_text("utf-8")))
    if not (folder / "memory.db").is_file():
        _copied(base, folder)
    cost = _worked(folder, spec, embedder, model, ends, told)
    marker.write_text(json.dumps(asdict(cost)), encoding="utf-8")
    return folder, cost


def _copied(base: Path, folder: Path) -> None:
    """Whole or not at all."""
    unfinished = folder.with_name(f".{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(base, unfinished)
    unfinished.replace(folder)


def _worked(
    folder: Path,
    spec: str,
    embedder: TimedEmbedder | None,
    model: str,
    ends: Mapping[str, datetime],
    told: Callable[[int], None],
) -> Cost:
    before = (embedder.texts, embedder.seconds) if embedder else (0, 0.0)
    clock = ManualClock(max(ends.values()) + LATER)
    started = perf_counter()
    with Memory(folder, strategy=spec, embedder=embedder, model=model, clock=clock) as memory:
        for user in ends:
            memory.refine(user=user, told=told)
        memory.wait()
        failed = len(memory.queue())
        tidy(memory, clock, ends)
        usage = memory.model.usage if memory.model else Usage()
        derived = _kinds(memory)
    return Cost(
        seconds=perf_counter() - started,
        embedded=embedder.texts - before[0] if embedder else 0,
        embed_seconds=embedder.seconds - before[1] if embedder else 0.0,
        asked=usage.asked,
        answered=usage.answered,
        calls=usage.calls,
        derived=derived,
        failed=failed,
        megabytes=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6,
    )


def tidy(memory: Memory, clock: ManualClock, ends: Mapping[str, datetime]) -> None:
    """Once for every user, when all was said."""
    for user, end in ends.items():
        clock.at = end + LATER
        memory.manage(user=user)


def _kinds(memory: Memory) -> dict[str, int]:
    counts: dict[str, int] = {}
    for cube in memory.view().only(DERIVED).scan():
        kind = cube.labels["is"]
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def ends_of(cases: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """The latest time of each user."""
    found: dict[str, datetime] = {}
    for user, at in cases:
        found[user] = max(at, found.get(user, at))
    return found
