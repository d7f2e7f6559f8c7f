"""What each part of one whole default search costs, with the real embedder.

`Memory.search` is called as an application calls it; the methods behind its stages are timed, each
without the stages within it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from memwell.bench.ops.reused import Reused
from memwell.bench.ops.stopwatch import Stages, Stopwatch, watching
from memwell.bench.ops.systems import short
from memwell.bench.ops.workload import CONVERSATION, Workload, prepared
from memwell.bench.table import Table
from memwell.core.message import Conversation, Message
from memwell.index.flat import FlatIndex
from memwell.index.postings import PostingsIndex
from memwell.kernel.evidence import EvidenceSource
from memwell.kernel.memory import Memory
from memwell.kernel.view import MemoryView
from memwell.models.minilm import MiniLM
from memwell.plaintext.verbatim import Verbatim
from memwell.store.sql import SQLStore

DISTINCT = 2_000  # turns that are really embedded
WARM = 5  # searches before those that count
WHOLE, OTHER = "whole search", "everything else"

STAGES: Stages = {
    OTHER: (Memory, "search"),
    "embedding the question": (Reused, "embed"),
    "lexical first stage": (PostingsIndex, "search"),
    "dense first stage": (FlatIndex, "search"),
    "dense first stage: refresh": (FlatIndex, "refresh"),
    "both: what is in scope": (SQLStore, "in_scope"),
    "reading evidence": (SQLStore, "evidence"),
    "token states": (EvidenceSource, "tokens"),
    "late interaction and scores": (Verbatim, "retrieve"),
    "making hits": (MemoryView, "hits"),
}

REUSED = (
    f"texts are all distinct; token states and vectors are MiniLM's of {DISTINCT:,} of them, "
    "reused for the rest (vectors with noise): the costs are real, the rankings are not"
)

Milliseconds = dict[str, tuple[float, float]]  # part → processor, wall


@dataclass(frozen=True)
class Costs:
    """Medians over the questions, for each size."""

    sizes: dict[int, Milliseconds]
    questions: int

    def tables(self) -> list[Table]:
        return [_table(size, parts) for size, parts in self.sizes.items()]

    def notes(self) -> list[str]:
        return [
            f"medians of {self.questions} searches; processor time is that of all threads",
            REUSED,
        ]

    def as_json(self) -> dict[str, object]:
        named = {
            short(size): {
                name: {"cpu_ms": cpu, "wall_ms": wall} for name, (cpu, wall) in of.items()
            }
            for size, of in self.sizes.items()
        }
        return {"benchmark": "ops parts", "sizes": named, "notes": self.notes()}


def run(
    sizes: Sequence[int], folder: Path, questions: int, seed: int, note: Callable[[str], None]
) -> Costs:
    """Fills a memory of each size and searches it."""
    found: dict[int, Milliseconds] = {}
    for size in sizes:
        work = prepared(folder / "work", size, questions, seed)
        with TemporaryDirectory(prefix="stores-", dir=folder) as store:
            found[size] = _measured(work, Path(store), note)
    return Costs(found, questions)


def _measured(work: Workload, folder: Path, note: Callable[[str], None]) -> Milliseconds:
    note(f"{short(work.size)}: embedding {min(DISTINCT, work.size):,} turns")
    embedder = Reused(MiniLM(), list(islice(work.turns(), DISTINCT)), work.seed)
    with Memory(folder / "memory", embedder=embedder) as memory:
        note(f"{short(work.size)}: adding")
        for _ in memory.add_many(_conversations(work)):
            pass
        embedder.filling = False
        note(f"{short(work.size)}: searching")
        return _searched(memory, work.asked())


def _conversations(work: Workload) -> Iterator[Conversation]:
    turns = work.turns()
    number = 0
    while spoken := list(islice(turns, CONVERSATION)):
        yield Conversation(tuple(map(Message, spoken)), session=f"s{number}")
        number += 1


def _searched(memory: Memory, asked: Sequence[str]) -> Milliseconds:
    watch = Stopwatch()
    taken = []
    with watching(watch, STAGES):
        for question in [*asked[:WARM], *asked]:
            memory.search(question)
            taken.append(watch.taken())
    counted = taken[WARM:]
    return {WHOLE: _medians([(sum(cpu.values()), sum(wall.values())) for cpu, wall in counted])} | {
        name: _medians([(cpu.get(name, 0.0), wall.get(name, 0.0)) for cpu, wall in counted])
        for name in STAGES
    }


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Milliseconds."""
    return 1000 * median(cpu for cpu, _ in pairs), 1000 * median(wall for _, wall in pairs)


def _table(size: int, parts: Milliseconds) -> Table:
    ordered = sorted(parts.items(), key=lambda item: -item[1][0])
    rows = tuple((name, f"{cpu:.2f}", f"{wall:.2f}") for name, (cpu, wall) in ordered)
    title = f"{short(size)} memories: one default search"
    return Table(title, ("part", "CPU ms", "wall ms"), rows)
