"""Verbatim: keep every turn word for word, and find it by everything it can be found by.

Paper       the default strategy; keys and time handling after LongMemEval (43, Wu et al., 2025)
Does        hybrid retrieval without a language model: late interaction and BM25 over turns and
            their surroundings, sessions, time expressions, speakers
Needs       an embedder; no language model
Loses       nothing
Leaves out  facts extracted by a language model as further keys
Claim       finds the evidence of LongMemEval and LoCoMo questions better than BM25, dense
            retrieval, and both fused

Notation    n memories
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memwell.core.evidence import Evidence, Ints
from memwell.core.hit import Hit
from memwell.core.model import Embedding, Floats, TokenStates
from memwell.core.strategy import Strategy
from memwell.core.view import Query, View
from memwell.index.analysis import content, hashed, terms
from memwell.index.flat import top
from memwell.index.late import matches_around, rarity
from memwell.index.lexical import K1, contributions
from memwell.index.products import weighted_sum
from memwell.index.surroundings import with_surroundings
from memwell.index.time import closeness
from memwell.models.rules.dates import DateSpan, Kind, asked

ROLES = frozenset({"user", "assistant", "system", "tool", ""})


@dataclass(frozen=True)
class Verbatim(Strategy):
    """Scores are sums of parts; the weights were set once, for all data."""

    lexical: float = 0.20  # BM25 as a share of the best it could be
    time: float = 0.12  # within a time the query names
    speaker: float = 0.02  # said by someone the query names
    asking: float = 0.02  # subtracted from turns that ask: evidence answers
    session_mean: float = 0.20  # cosine of the query with its session's mean vector
    session_best: float = 0.20  # and with the closest turn of the session

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        evidence = view.evidence(query.text)
        if not len(evidence):
            return []
        embedding = view.embed([query.text])
        times = asked(query.text, query.at)
        parts = self.parts(query, evidence, embedding, times, view)
        if query.by == "session":
            parts |= self.session_parts(evidence, embedding)
        scores = np.sum(list(parts.values()), axis=0)
        best = top(scores, k)
        if query.by == "session":
            best = best_of_each(evidence.sessions, scores, k)
        return view.hits(evidence, scores, best, parts, told(query, times, evidence))

    def parts(
        self,
        query: Query,
        evidence: Evidence,
        embedding: Embedding | None,
        times: Sequence[DateSpan],
        view: View,
    ) -> dict[str, Floats]:
        """Every part of the turns' scores, by name: [n] each."""
        words = set(re.findall(r"\w+", query.text.lower()))
        named = [who not in ROLES and who in words for who in evidence.speakers]
        return {
            "meaning": meaning(evidence, embedding, times, view),
            "words": self.lexical * coverage(query.text, evidence),
            "time": self.time * closeness([(one.start, one.end) for one in times], evidence.at),
            "speaker": self.speaker * np.array(named, np.float32),
            "asking": -self.asking * evidence.asks.astype(np.float32),
        }

    def session_parts(self, evidence: Evidence, embedding: Embedding | None) -> dict[str, Floats]:
        """What its session adds to a turn's score: [n] each, equal within a session."""
        if embedding is None or not evidence.vectors.shape[1]:
            return {}
        codes, owners = np.unique(evidence.sessions, return_inverse=True)
        question = embedding.vectors[0]
        sums = np.zeros((len(codes), len(question)), np.float32)
        np.add.at(sums, owners, evidence.vectors)
        norms = np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
        closest = np.full(len(codes), -1.0, np.float32)
        np.maximum.at(closest, owners, evidence.vectors @ question)
        return {
            "session": self.session_mean * (sums @ question / norms)[owners],
            "closest turn": self.session_best * closest[owners],
        }


def told(
    query: Query, times: Sequence[DateSpan], evidence: Evidence
) -> Callable[[int], dict[str, str]]:
    """Puts reasons into words: which words are shared, which time and who was asked about."""
    words = list(dict.fromkeys(content(query.text)))
    stems = hashed(words).tolist()
    spoken = ", ".join(one.text for one in times)

    def tell(place: int) -> dict[str, str]:
        held = set(evidence.terms.row(place).tolist())
        shared = ", ".join(word for word, stem in zip(words, stems, strict=True) if stem in held)
        return {
            "words": f"same words: {shared}" if shared else "same words next to it",
            "time": f"the time asked about: {spoken}",
            "speaker": f"said by {evidence.speakers[place].title()}",
        }

    return tell


def meaning(
    evidence: Evidence, embedding: Embedding | None, times: Sequence[DateSpan], view: View
) -> Floats:
    """Late interaction [n] over turns and their surroundings; cosine where there are no states."""
    if embedding is None:
        return np.zeros(len(evidence), np.float32)
    if embedding.tokens is None:
        return cosines(evidence, embedding)
    question = embedding.tokens[0]
    states = view.tokens(evidence, np.arange(len(evidence)))
    weights = np.where(
        in_relative_time(question, times), 0, rarity(question, states, evidence.population)
    )
    matches = matches_around(question, evidence, states)
    return weighted_sum(matches, weights) / np.float32(max(float(weights.sum()), 1e-9))


def cosines(evidence: Evidence, embedding: Embedding) -> Floats:
    """Of the query with every memory [n]; 0 where none of them has a vector."""
    if not evidence.vectors.shape[1]:
        return np.zeros(len(evidence), np.float32)
    return np.asarray(evidence.vectors @ embedding.vectors[0])


def in_relative_time(question: TokenStates, times: Sequence[DateSpan]) -> npt.NDArray[np.bool_]:
    """Which tokens tell a time relative to the asking: those are matched by date alone.

    "Two weeks ago" in a question does not stand in the words of two weeks ago.
    """
    inside = np.zeros(len(question), np.bool_)
    if question.spans is not None:
        for one in times:
            if one.kind is not Kind.ABSOLUTE:
                end = one.offset + len(one.text)
                inside |= (question.spans[:, 0] < end) & (one.offset < question.spans[:, 1])
    return inside


def coverage(text: str, evidence: Evidence) -> Floats:
    """BM25 [n] over turns and their surroundings, as a share of the best it could be."""
    wanted = np.unique(terms(text))
    added, weights = contributions(wanted, evidence.terms, evidence.population)
    most = (K1 + 1) * float(weights.sum())
    if not most:
        return np.zeros(len(evidence), np.float32)
    around = with_surroundings(added, evidence.sessions, evidence.places, evidence.terms.lengths)
    return np.asarray(around.sum(axis=1) / most)


def best_of_each(groups: Ints, scores: Floats, k: int) -> Ints:
    """The best position of each group, groups in order of it: at most k."""
    order = top(scores, len(scores))
    _, first = np.unique(groups[order], return_index=True)
    return order[np.sort(first)][:k]
