"""What one method achieved, and at what price."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from memwell.bench.averages import percentile
from memwell.bench.base import Benchmark, Scores
from memwell.bench.baselines import Ranker
from memwell.bench.retrieval_case import RetrievalCase
from memwell.core.tokens import estimate

HANDED = 5  # documents a reader is handed, for the count of tokens


@dataclass(frozen=True, slots=True)
class Measured:
    """Scores per group, latency per question, tokens that the first five documents cost."""

    name: str
    results: Scores
    latency_ms: Mapping[str, float]
    tokens: float

    def as_json(self) -> dict[str, object]:
        return {
            "results": self.results,
            "latency_ms": dict(self.latency_ms),
            "tokens": self.tokens,
        }


@dataclass
class Tally:
    """One method's outcomes so far; documents are dropped from what is kept."""

    ranker: Ranker
    outcomes: list[tuple[RetrievalCase, Sequence[str]]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    def run(self, case: RetrievalCase) -> None:
        self.ranker.prepare(case)
        start = perf_counter()
        ranking = self.ranker.rank(case)
        self.seconds.append(perf_counter() - start)
        self.tokens.append(_cost(case, ranking[:HANDED]))
        self.outcomes.append((replace(case, documents=()), ranking))

    def measured(self, name: str, benchmark: Benchmark[RetrievalCase, Sequence[str]]) -> Measured:
        milliseconds = [1000 * seconds for seconds in self.seconds]
        latency = {"p50": percentile(milliseconds, 0.5), "p95": percentile(milliseconds, 0.95)}
        return Measured(name, benchmark.score(self.outcomes), latency, mean(self.tokens))


def measure(
    benchmark: Benchmark[RetrievalCase, Sequence[str]],
    rankers: Mapping[str, Ranker],
    cases: Iterable[RetrievalCase],
) -> list[Measured]:
    """Runs every method over every case, one case at a time, so that one history is held."""
    tallies = {name: Tally(ranker) for name, ranker in rankers.items()}
    everything: list[int] = []
    for case in cases:
        for tally in tallies.values():
            tally.run(case)
        everything.append(sum(estimate(document.text) for document in case.documents))
    measured = [tally.measured(name, benchmark) for name, tally in tallies.items()]
    return [*measured, _full_context(everything)] if len(measured) > 1 else measured


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _full_context(tokens: Sequence[int]) -> Measured:
    """Handing over everything ranks nothing: it has a price and no rank metrics."""
    return Measured("full context", {}, {}, mean(tokens))


def _cost(case: RetrievalCase, ids: Sequence[str]) -> int:
    chosen = frozenset(ids)
    return sum(estimate(document.text) for document in case.documents if document.id in chosen)
