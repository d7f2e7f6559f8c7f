"""LoCoMo: questions over months of conversation between two people.

Paper       LoCoMo (Maharana et al., 2024)
Does        evidence recall at turn and session level, per category; the published answer F1
Leaves out  event summarisation and dialogue generation
Claim       retrieval finds the evidence turns that BM25 misses
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from memwell.bench import locomo_data as data
from memwell.bench.answer_match import correct, fair
from memwell.bench.averages import averages
from memwell.bench.base import Scores
from memwell.bench.locomo_data import ADVERSARIAL, Question, Sample
from memwell.bench.locomo_f1 import locomo_score
from memwell.bench.retrieval_case import Document, Level, RetrievalCase
from memwell.bench.retrieval_metrics import locomo_scores
from memwell.core.message import Conversation


@dataclass(frozen=True)
class LoCoMo:
    """Evidence retrieval over whole conversations; every conversation has a scope of its own."""

    path: Path
    level: Level = Level.TURN
    limit: int | None = None  # questions in all
    name: str = "locomo"
    shown: tuple[str, ...] = ("recall@5", "recall@10", "recall_any@10", "recall_all@10")
    groups: Mapping[str, str] = field(default_factory=lambda: dict(data.CATEGORIES))

    def files(self) -> list[Path]:
        return [data.find(self.path)]

    def conversations(self) -> Iterator[Conversation]:
        """Every session of every sample, in order: what is to be remembered."""
        for sample in self._samples():
            for session in sample.sessions:
                if session.turns:
                    yield session.conversation(sample.id)

    def cases(self, seed: int = 0) -> Iterator[RetrievalCase]:
        """Questions of all categories that name evidence; a few name none and are skipped."""
        return (case for case in self.all_cases() if case.gold)

    def all_cases(self) -> Iterator[RetrievalCase]:
        """Every question, those without evidence included."""
        for sample in self._samples():
            documents = self._documents(sample)
            for question in sample.questions:
                yield self.case(question, sample, documents)

    def score(self, outcomes: Iterable[tuple[RetrievalCase, Sequence[str]]]) -> Scores:
        return averages(
            (case.group, locomo_scores(ranking, case.gold)) for case, ranking in outcomes
        )

    def grade(self, case: RetrievalCase, answer: str) -> dict[str, float]:
        """The published F1, and a judge-free verdict where that is fair."""
        grades = {"f1": locomo_score(case.group, answer, case.answer)}
        if case.answerable and fair(case.answer):
            grades["correct"] = float(correct(answer, case.answer))
        return grades

    def case(
        self, question: Question, sample: Sample, documents: tuple[Document, ...]
    ) -> RetrievalCase:
        session_of = {turn.id: session.id for session in sample.sessions for turn in session.turns}
        sessions = frozenset(session_of[id] for id in question.evidence)
        by_turn = self.level is Level.TURN
        return RetrievalCase(
            id=question.id,
            group=question.category,
            question=question.text,
            user=sample.id,
            asked=sample.sessions[-1].at,  # no dates are given: all are asked after the last word
            documents=documents,
            gold=frozenset(question.evidence) if by_turn else sessions,
            answer=question.answer,
            evidence_sessions=sessions,
            answerable=question.category != ADVERSARIAL,
            judged_by="abstention" if question.category == ADVERSARIAL else "",
        )

    def _samples(self) -> Iterator[Sample]:
        """The samples, cut off after `limit` questions."""
        left = self.limit
        for sample in data.samples(self.path):
            if left is None:
                yield sample
                continue
            if left <= 0:
                return
            yield replace(sample, questions=sample.questions[:left])
            left -= len(sample.questions)

    def _documents(self, sample: Sample) -> tuple[Document, ...]:
        """Date, speaker, words and caption: what a baseline may find a turn by."""
        if self.level is Level.TURN:
            return tuple(
                Document(turn.id, f"{session.said} {turn.speaker}: {turn.words}")
                for session in sample.sessions
                for turn in session.turns
            )
        return tuple(
            Document(
                session.id,
                "\n".join([session.said, *(f"{t.speaker}: {t.words}" for t in session.turns)]),
            )
            for session in sample.sessions
        )
