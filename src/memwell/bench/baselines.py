"""What a memory has to beat, run over the same documents and scored by the same metrics.

Word counting, BM25 as LongMemEval publishes it, BM25 over stems, vectors alone, and handing the
reader everything.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from memwell.bench.bm25 import OkapiBM25
from memwell.bench.retrieval_case import Document, RetrievalCase
from memwell.core.evidence import Ragged
from memwell.index.analysis import terms
from memwell.index.lexical import bm25

WORD = re.compile(r"\w+")

P = TypeVar("P")


class Ranker(Protocol):
    """Orders the documents of a case, best first."""

    def prepare(self, case: RetrievalCase) -> object:
        """Whatever is done once per history; its time is not the question's."""
        ...

    def rank(self, case: RetrievalCase) -> list[str]:
        """Ids of documents, best first."""
        ...


@dataclass
class Prepared(Generic[P]):
    """Keeps what was prepared for the last documents: many questions share one history."""

    prepare: Callable[[Sequence[Document]], P]
    documents: Sequence[Document] | None = field(default=None, init=False)
    value: P | None = field(default=None, init=False)

    def __call__(self, documents: Sequence[Document]) -> P:
        if documents is not self.documents or self.value is None:
            self.documents, self.value = documents, self.prepare(documents)
        return self.value


class SharedWords:
    """grep: how many of the question's words stand in the document."""

    def __init__(self) -> None:
        self.prepared = Prepared(
            lambda documents: [_words(document.text) for document in documents]
        )

    def prepare(self, case: RetrievalCase) -> object:
        return self.prepared(case.documents)

    def rank(self, case: RetrievalCase) -> list[str]:
        asked = _words(case.question)
        return ordered(case, [len(asked & words) for words in self.prepared(case.documents)])


class PublishedBM25:
    """BM25 as LongMemEval runs it: words split at spaces, case and punctuation kept."""

    def __init__(self) -> None:
        self.prepared = Prepared(
            lambda documents: OkapiBM25([document.text.split(" ") for document in documents])
        )

    def prepare(self, case: RetrievalCase) -> object:
        return self.prepared(case.documents)

    def rank(self, case: RetrievalCase) -> list[str]:
        return ordered(case, self.prepared(case.documents).scores(case.question.split(" ")))


class StemmedBM25:
    """BM25 over lower-case stems without stopwords."""

    def __init__(self) -> None:
        self.prepared = Prepared(_ragged)

    def prepare(self, case: RetrievalCase) -> object:
        return self.prepared(case.documents)

    def rank(self, case: RetrievalCase) -> list[str]:
        return ordered(case, bm25(terms(case.question), self.prepared(case.documents)))


BASELINES: dict[str, Callable[[], Ranker]] = {
    "grep": SharedWords,
    "bm25 (published)": PublishedBM25,
    "bm25 (stemmed)": StemmedBM25,
}


def ordered(case: RetrievalCase, scores: Sequence[float] | npt.NDArray[np.floating]) -> list[str]:
    """Document ids by falling score; the earlier one first among equals."""
    best = np.argsort(-np.asarray(scores), kind="stable")
    return [case.documents[place].id for place in best]


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower()))


def _ragged(documents: Sequence[Document]) -> Ragged:
    rows = [terms(document.text) for document in documents]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Ragged(np.concatenate(rows), offsets)
