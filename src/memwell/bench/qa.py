"""Answers, not rankings: what `ask` says, graded without a judge, and by one where it is given."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from memwell.bench.abstention import Attempt, report
from memwell.bench.averages import averages, percentile
from memwell.bench.base import Scores
from memwell.bench.judge import judged
from memwell.bench.locomo_f1 import UNANSWERED
from memwell.bench.retrieval_case import RetrievalCase
from memwell.core.model import LanguageModel
from memwell.kernel.memory import Memory


class Grader(Protocol):
    """Grades an answer by the metrics that are fair for its question."""

    def grade(self, case: RetrievalCase, answer: str) -> dict[str, float]: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and what was said to it."""

    case: RetrievalCase  # without its documents
    text: str
    known: bool
    confidence: float
    seconds: float

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.case.id, self.confidence, self.known)


def ask_all(memory: Memory, cases: Iterable[RetrievalCase]) -> Iterator[Answered]:
    """Every question, asked when the benchmark asks it."""
    for case in cases:
        yield _ask(memory, case, frozenset())


def ask_twins(memory: Memory, cases: Iterable[RetrievalCase]) -> Iterator[Answered]:
    """Every answerable question once more, without the sessions that hold its evidence."""
    for case in cases:
        if case.answerable and case.evidence_sessions:
            yield _ask(memory, case, case.evidence_sessions)


def grades(
    answers: Iterable[Answered], grader: Grader, judge: LanguageModel | None = None
) -> dict[str, object]:
    """A table per metric: each is averaged over the questions it is fair for, n stated."""
    listed = list(answers)
    rows: dict[str, list[tuple[str, Mapping[str, float]]]] = defaultdict(list)
    for answered in listed:
        for metric, value in _verdicts(answered, grader, judge).items():
            rows[metric].append((answered.case.group, {"mean": value}))
    tables: dict[str, Scores] = {metric: averages(values) for metric, values in rows.items()}
    milliseconds = [1000 * answered.seconds for answered in listed]
    lengths = [len(answered.text.split()) for answered in listed]
    return {
        "n": len(listed),
        "results": tables,
        "answer_words": sum(lengths) / max(len(lengths), 1),
        "latency_ms": {"p50": percentile(milliseconds, 0.5), "p95": percentile(milliseconds, 0.95)},
    }


def abstention(
    answers: Iterable[Answered], twins: Iterable[Answered]
) -> dict[str, dict[str, float | None]]:
    """Answerable questions against the benchmark's unanswerable ones, and against the twins."""
    listed = list(answers)
    answerable = [answered.attempt for answered in listed if answered.case.answerable]
    absent = [answered.attempt for answered in listed if not answered.case.answerable]
    return {
        "abstention_questions": report(answerable, absent),
        "twins": report(answerable, [answered.attempt for answered in twins]),
    }


def _verdicts(answered: Answered, grader: Grader, judge: LanguageModel | None) -> dict[str, float]:
    verdicts = dict(grader.grade(answered.case, answered.text))
    if judge is not None:
        case = answered.case
        right = judged(judge, case.judged_by, case.question, case.answer, answered.text)
        verdicts["judged"] = float(right)
    return verdicts


def _ask(memory: Memory, case: RetrievalCase, without: frozenset[str]) -> Answered:
    start = perf_counter()
    answer = memory.ask(case.question, at=case.asked, user=case.user, without=without)
    seconds = perf_counter() - start
    # The published checks look for set phrases, whatever words this memory declines in.
    text = answer.text if answer.known else f"{UNANSWERED}: it was not mentioned"
    return Answered(replace(case, documents=()), text, answer.known, answer.confidence, seconds)
