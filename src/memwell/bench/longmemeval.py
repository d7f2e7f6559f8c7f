"""LongMemEval: questions over some fifty chat sessions each, five long-term memory abilities.

Paper       43 (Wu et al., 2025)
Does        the published retrieval protocol at session and turn level, its quirks included
Leaves out  the released generator of longer histories
Claim       retrieval finds the evidence sessions that BM25 misses
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from memwell.bench import longmemeval_data as data
from memwell.bench.answer_match import correct, fair, refuses
from memwell.bench.averages import averages
from memwell.bench.base import Scores
from memwell.bench.longmemeval_data import Question, Session, Turn
from memwell.bench.retrieval_case import Document, Level, RetrievalCase, Roles
from memwell.bench.retrieval_metrics import longmemeval_scores
from memwell.core.message import Conversation

PREFERENCE = "single-session-preference"  # its gold answers are rubrics


@dataclass(frozen=True)
class LongMemEval:
    """Retrieval over the haystack of each question; every question has a scope of its own."""

    path: Path
    level: Level = Level.SESSION
    roles: Roles = Roles.ALL
    limit: int | None = None
    each: int | None = None  # of every type of question, the first so many that can be answered
    name: str = "longmemeval"
    shown: tuple[str, ...] = ("recall_any@5", "recall_all@5", "ndcg_any@5", "recall_any@10")
    groups: Mapping[str, str] = field(
        default_factory=dict
    )  # names for groups, where ids say little

    def files(self) -> list[Path]:
        return data.files(self.path)

    def conversations(self) -> Iterator[Conversation]:
        """Every session of every haystack, in order: what is to be remembered."""
        for question in self._questions():
            for session in question.sessions:
                conversation = session.conversation(question.id, self.roles.kept)
                if conversation.messages:
                    yield conversation

    def cases(self, seed: int = 0) -> Iterator[RetrievalCase]:
        """The questions that are scored.

        Abstention questions have no evidence to find. Where only user turns are documents,
        questions whose evidence lies in assistant turns alone are skipped too, as published.
        """
        for question in self._questions():
            case = self.case(question)
            if case.answerable and case.gold:
                yield case

    def all_cases(self) -> Iterator[RetrievalCase]:
        """Every question, abstention questions included."""
        for question in self._questions():
            yield self.case(question)

    def score(self, outcomes: Iterable[tuple[RetrievalCase, Sequence[str]]]) -> Scores:
        return averages(
            (case.group, longmemeval_scores(ranking, case.gold)) for case, ranking in outcomes
        )

    def grade(self, case: RetrievalCase, answer: str) -> dict[str, float]:
        """Judge-free verdicts on an answer: only where they are fair."""
        if not case.answerable:
            return {"refused": float(refuses(answer))}
        if case.group == PREFERENCE or not fair(case.answer):
            return {}
        return {"correct": float(correct(answer, case.answer))}

    def case(self, question: Question) -> RetrievalCase:
        documents, gold = (
            self._turns(question) if self.level is Level.TURN else self._sessions(question)
        )
        # A session may stand twice in a haystack; it is one document all the same.
        unique: dict[str, Document] = {}
        for document in documents:
            unique.setdefault(document.id, document)
        return RetrievalCase(
            id=question.id,
            group=question.type,
            question=question.text,
            user=question.id,
            asked=question.asked,
            documents=tuple(unique.values()),
            gold=frozenset(gold),
            answer=question.answer,
            evidence_sessions=question.evidence,
            answerable=not question.abstention,
            judged_by="abstention" if question.abstention else question.type,
        )

    def _questions(self) -> Iterator[Question]:
        seen: Counter[str] = Counter()
        for question in data.questions(self.path, self.limit):
            seen[question.type] += not question.abstention
            if self.each is None or (not question.abstention and seen[question.type] <= self.each):
                yield question

    def _sessions(self, question: Question) -> tuple[list[Document], list[str]]:
        documents = [
            Document(session.id, " ".join(turn.content for turn in self._kept(session)))
            for session in question.sessions
        ]
        gold = [
            session.id
            for session in question.sessions
            if session.id in question.evidence and self._findable(session)
        ]
        return documents, gold

    def _kept(self, session: Session) -> list[Turn]:
        kept = self.roles.kept
        return [turn for turn in session.turns if kept is None or turn.role in kept]

    def _findable(self, session: Session) -> bool:
        """An evidence session without evidence in a user turn is no gold for user-only documents.

        The published code renames such a document from "answer…" to "noans…".
        """
        return self.roles is Roles.ALL or any(turn.has_answer for turn in self._kept(session))

    def _turns(self, question: Question) -> tuple[list[Document], list[str]]:
        """User turns, whichever roles are remembered (paper 43, retrieval at turn level)."""
        documents, gold = [], []
        for session in question.sessions:
            for position, turn in enumerate(session.turns):
                if turn.role != "user":
                    continue
                documents.append(Document(session.ref(position), turn.content))
                if turn.has_answer and session.id in question.evidence:
                    gold.append(session.ref(position))
        return documents, gold
