"""A benchmark from start to end: remember the history, ask the questions, score, compare."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from memwell.bench import qa
from memwell.bench.base import Scores
from memwell.bench.baselines import BASELINES, Ranker
from memwell.bench.ingest import TimedEmbedder, ingest
from memwell.bench.measured import measure
from memwell.bench.memory_ranker import DenseRanker, MemoryRanker
from memwell.bench.report import Report
from memwell.bench.retrieval_case import Level, RetrievalCase
from memwell.bench.workspace import workspace
from memwell.core.message import Conversation
from memwell.kernel.memory import Memory
from memwell.models.resolve import resolve_embedder, resolve_model

T = TypeVar("T")

FULL_CONTEXT = "full context hands over everything and ranks nothing: it has only a price in tokens"
TOKENS = "tokens: what the first five documents cost a reader, at about four characters each"


class ConversationalBenchmark(Protocol):
    """What LongMemEval and LoCoMo share: a history to remember and questions over it."""

    @property
    def name(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def shown(self) -> tuple[str, ...]: ...
    @property
    def groups(self) -> Mapping[str, str]: ...
    def files(self) -> list[Path]: ...
    def conversations(self) -> Iterator[Conversation]: ...
    def cases(self, seed: int = 0) -> Iterator[RetrievalCase]: ...
    def all_cases(self) -> Iterator[RetrievalCase]: ...
    def score(self, outcomes: Iterable[tuple[RetrievalCase, Sequence[str]]]) -> Scores: ...
    def grade(self, case: RetrievalCase, answer: str) -> dict[str, float]: ...


class Progress(Protocol):
    """Shows how far a stage has come."""

    def stage(self, name: str, total: int) -> AbstractContextManager[Callable[[], None]]: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How the benchmark is run."""

    strategy: str = "plaintext:verbatim"
    embedder: str = "minilm"
    model: str = "rules"
    store: Path | None = None  # None: a folder under the user's cache, named by data and embedder
    remembered: str = "all"  # whose turns go in; only names the folder
    baselines: bool = False
    qa: bool = False
    abstention: bool = False
    judge: str | None = None  # "http://host/v1#model"


def evaluate(benchmark: ConversationalBenchmark, settings: Settings, progress: Progress) -> Report:
    """Everything the settings ask for. Interrupted, the same call goes on where it stopped."""
    embedder = _embedder(settings.embedder)
    folder = settings.store or _workspace(benchmark, settings, embedder)
    with Memory(
        folder, strategy=settings.strategy, embedder=embedder, model=settings.model
    ) as memory:
        with progress.stage("remembering", sum(1 for _ in benchmark.conversations())) as advance:
            ingested = ingest(memory, benchmark.conversations(), embedder, advance)
        memory.wait()
        with progress.stage("searching", sum(1 for _ in benchmark.cases())) as advance:
            cases = _ticking(benchmark.cases(), advance)
            measured = measure(benchmark, _rankers(memory, benchmark, settings), cases)
        answered, refused = _answers(memory, benchmark, settings, progress)
    return Report(
        benchmark=benchmark.name,
        config=_config(benchmark, settings, folder, embedder),
        shown=benchmark.shown,
        groups=benchmark.groups,
        methods=tuple(measured),
        ingest=ingested,
        qa=answered,
        abstention=refused,
        notes=(TOKENS, FULL_CONTEXT) if settings.baselines else (TOKENS,),
    )


def _workspace(
    benchmark: ConversationalBenchmark, settings: Settings, embedder: TimedEmbedder | None
) -> Path:
    """Named by all that shapes what is stored, so that nothing is ever embedded anew."""
    vectors = embedder.fingerprint if embedder else "none"
    parts = (vectors, settings.strategy, settings.remembered)
    return workspace(benchmark.name, benchmark.files(), *parts)


def _rankers(
    memory: Memory, benchmark: ConversationalBenchmark, settings: Settings
) -> dict[str, Ranker]:
    """The memory first, then the baselines where they are wanted."""
    own: dict[str, Ranker] = {"memwell": MemoryRanker(memory, benchmark.level)}
    if not settings.baselines:
        return own
    others: dict[str, Ranker] = {name: build() for name, build in BASELINES.items()}
    if memory.view().embedder is not None:
        others["dense only"] = DenseRanker(memory, benchmark.level)
    return own | others


def _answers(
    memory: Memory, benchmark: ConversationalBenchmark, settings: Settings, progress: Progress
) -> tuple[dict[str, object] | None, dict[str, dict[str, float | None]] | None]:
    """Graded answers and refusals, where they are wanted."""
    if not (settings.qa or settings.abstention):
        return None, None
    total = sum(1 for _ in benchmark.all_cases())
    with progress.stage("asking", total) as advance:
        answers = list(qa.ask_all(memory, _ticking(benchmark.all_cases(), advance)))
    judge = resolve_model(settings.judge) if settings.judge else None
    graded = qa.grades(answers, benchmark, judge) if settings.qa else None
    if not settings.abstention:
        return graded, None
    with progress.stage("asking without the evidence", total) as advance:
        twins = list(qa.ask_twins(memory, _ticking(benchmark.all_cases(), advance)))
    return graded, qa.abstention(answers, twins)


def _config(
    benchmark: ConversationalBenchmark,
    settings: Settings,
    folder: Path,
    embedder: TimedEmbedder | None,
) -> dict[str, object]:
    return {
        "data": ", ".join(file.name for file in benchmark.files()),
        "strategy": settings.strategy,
        "level": benchmark.level.value,
        "roles": settings.remembered,
        "embedder": embedder.fingerprint if embedder else "none",
        "model": settings.model,
        "store": str(folder),
    }


def _embedder(name: str) -> TimedEmbedder | None:
    found = resolve_embedder(name)
    return TimedEmbedder(found) if found else None


def _ticking(items: Iterable[T], advance: Callable[[], None]) -> Iterator[T]:
    for item in items:
        yield item
        advance()
