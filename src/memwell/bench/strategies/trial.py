"""One strategy asked all questions of a benchmark, and BM25 as a baseline beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from memwell.bench.averages import averages, percentile
from memwell.bench.base import Scores
from memwell.bench.baselines import PublishedBM25
from memwell.bench.measured import mean
from memwell.bench.retrieval_case import RetrievalCase
from memwell.bench.strategies.credit import Creditor, Returned
from memwell.bench.strategies.prepared import Cost
from memwell.bench.strategies.scoring import scores
from memwell.core.metering import metered
from memwell.core.tokens import estimate
from memwell.core.view import SAID
from memwell.kernel import context
from memwell.kernel.memory import Memory

DEPTH = 50  # memories asked for


@dataclass(frozen=True)
class Trial:
    """What one strategy achieved."""

    name: str
    results: Scores
    cost: Cost | None  # None for a baseline, which refines nothing
    tokens_asked: float  # of a language model, for each question
    p50_ms: float  # of one search


def asked(
    name: str,
    memory: Memory,
    cases: Iterable[RetrievalCase],
    cost: Cost,
    advance: Callable[[], None],
) -> Trial:
    """Every question, put to the memory as an application would."""
    rows, seconds, tokens = [], [], []
    for case in cases:
        started = perf_counter()
        with metered() as spent:
            hits = memory.search(case.question, DEPTH, at=case.asked, user=case.user)
        seconds.append(1000 * (perf_counter() - started))
        tokens.append(spent.tokens)
        found = Creditor(memory.view(user=case.user)).returned(hits)
        rows.append((case.group, scores(case, found)))
        advance()
    return Trial(name, averages(rows), cost, mean(tokens), percentile(seconds, 0.5))


def baseline(memory: Memory, cases: Iterable[RetrievalCase]) -> Trial:
    """BM25 as LongMemEval publishes it, over the documents; its results cost what ours cost."""
    ranker, rows, seconds = PublishedBM25(), [], []
    lines = Lines(memory)
    for case in cases:
        ranker.prepare(case)
        started = perf_counter()
        ranking = ranker.rank(case)[:DEPTH]
        seconds.append(1000 * (perf_counter() - started))
        rows.append((case.group, scores(case, lines.returned(case.user, ranking))))
    return Trial("bm25 (published)", averages(rows), None, 0.0, percentile(seconds, 0.5))


@dataclass
class Lines:
    """The turns of one user at a time, by the caller's ids."""

    memory: Memory
    user: str = ""
    turns: dict[str, Returned] | None = None

    def returned(self, user: str, ranking: Sequence[str]) -> list[Returned]:
        if self.turns is None or user != self.user:
            self.user, self.turns = user, self._read(user)
        return [self.turns[id] for id in ranking if id in self.turns]

    def _read(self, user: str) -> dict[str, Returned]:
        said = self.memory.view(user=user).only(SAID).scan()
        return {
            ref: Returned(ref, True, estimate(context.line(cube)), cube.text)
            for cube in said
            if (ref := cube.labels.get("ref"))
        }
