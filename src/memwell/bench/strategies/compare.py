"""All strategies on one benchmark, in one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from memwell.bench.evaluate import ConversationalBenchmark, Progress
from memwell.bench.ingest import Ingested, TimedEmbedder, ingest
from memwell.bench.strategies.prepared import ends_of, prepare
from memwell.bench.strategies.trial import Trial, asked, baseline
from memwell.bench.workspace import workspace
from memwell.core.clock import ManualClock
from memwell.kernel.memory import Memory
from memwell.models.resolve import resolve_embedder

BASE = "plaintext:verbatim"  # records the turns that all others work on


@dataclass(frozen=True)
class Settings:
    """How they are compared."""

    strategies: Sequence[str]
    embedder: str = "minilm"
    model: str = "rules"
    store: Path | None = None  # where the memories are kept; by default in the user's cache


@dataclass(frozen=True)
class Comparison:
    """Everything one run found out about one benchmark."""

    benchmark: str
    groups: dict[str, str]
    config: dict[str, object]
    base: Ingested  # recording the turns, once for all
    trials: tuple[Trial, ...]


def compare(
    benchmark: ConversationalBenchmark, settings: Settings, progress: Progress
) -> Comparison:
    """Interrupted, the same call goes on where it stopped."""
    inner = resolve_embedder(settings.embedder)
    embedder = TimedEmbedder(inner) if inner else None
    vectors = embedder.fingerprint if embedder else "none"
    home = settings.store or workspace(benchmark.name, benchmark.files(), vectors, "strategies")
    home.mkdir(parents=True, exist_ok=True)
    base = _recorded(benchmark, home / "base", embedder, progress)
    ends = _ends(benchmark)
    trials = [
        _baseline(benchmark, home / "base", embedder),
        *(
            _trial(benchmark, settings, spec, home, embedder, ends, progress)
            for spec in settings.strategies
        ),
    ]
    return Comparison(
        benchmark.name,
        dict(benchmark.groups),
        {
            "data": ", ".join(file.name for file in benchmark.files()),
            "level": benchmark.level.value,
            "embedder": vectors,
            "model": settings.model,
            "store": str(home),
        },
        base,
        tuple(trials),
    )


def _recorded(
    benchmark: ConversationalBenchmark,
    folder: Path,
    embedder: TimedEmbedder | None,
    progress: Progress,
) -> Ingested:
    clock = ManualClock(datetime.now(UTC))  # moved to when each conversation took place
    with Memory(folder, strategy=BASE, embedder=embedder, clock=clock) as memory:
        asked = {case.user for case in benchmark.cases()}  # nobody else's turns are needed
        total = sum(1 for each in benchmark.conversations() if each.user in asked)
        needed = (each for each in benchmark.conversations() if each.user in asked)
        with progress.stage("recording the turns", total) as advance:
            done = ingest(memory, needed, embedder, advance, clock)
        memory.wait()
    return done


def _ends(benchmark: ConversationalBenchmark) -> dict[str, datetime]:
    """When each user's questions are asked."""
    return ends_of((case.user, case.asked) for case in benchmark.cases())


def _baseline(
    benchmark: ConversationalBenchmark, folder: Path, embedder: TimedEmbedder | None
) -> Trial:
    with Memory(folder, strategy=BASE, embedder=embedder) as memory:
        return baseline(memory, benchmark.cases())


def _trial(
    benchmark: ConversationalBenchmark,
    settings: Settings,
    spec: str,
    home: Path,
    embedder: TimedEmbedder | None,
    ends: dict[str, datetime],
    progress: Progress,
) -> Trial:
    folder = home / f"{spec}-{settings.model}".translate(NAMED)
    conversations = sum(1 for each in benchmark.conversations() if each.user in ends)
    with progress.stage(f"{spec}: refining", conversations) as advance:
        folder, cost = prepare(
            home / "base", folder, spec, embedder, settings.model, ends, lambda _: advance()
        )
    total = sum(1 for _ in benchmark.cases())
    with (
        Memory(folder, strategy=spec, embedder=embedder, model=settings.model) as memory,
        progress.stage(f"{spec}: asking", total) as advance,
    ):
        return asked(spec, memory, benchmark.cases(), cost, advance)


NAMED = str.maketrans(dict.fromkeys(":/,=#\\ ", "-"))
