"""Verbatim: keep every turn word for word, and find it by everything it can be found by.

Paper       the default strategy; keys and time handling after LongMemEval (43, Wu et al., 2025)
Does        hybrid retrieval without a language model: late interaction and BM25 over turns and
            their surroundings, sessions, time expressions, speakers
Leaves out  facts extracted by a language model as further keys
Claim       finds the evidence of LongMemEval and LoCoMo questions better than BM25, dense
            retrieval, and both fused

Notation    n memories
"""

import re
from dataclasses import dataclass

import numpy as np

from memwell.core.evidence import Evidence, Ints
from memwell.core.hit import Hit
from memwell.core.model import Embedding, Floats
from memwell.core.strategy import Strategy
from memwell.core.view import Query, View
from memwell.index.analysis import terms
from memwell.index.flat import top
from memwell.index.late import best_matches, rarity
from memwell.index.lexical import K1, contributions
from memwell.index.surroundings import with_surroundings
from memwell.index.time import closeness
from memwell.models.rules.dates import window

ROLES = frozenset({"user", "assistant", "system", "tool", ""})


@dataclass(frozen=True)
class Verbatim(Strategy):
    """Scores are sums of parts; the weights were set once, for all data."""

    lexical: float = 0.20  # BM25 as a share of the best it could be
    time: float = 0.08  # within a time the query names
    speaker: float = 0.02  # said by someone the query names
    asking: float = 0.02  # subtracted from turns that ask: evidence answers
    session_mean: float = 0.20  # cosine of the query with its session's mean vector
    session_best: float = 0.20  # and with the closest turn of the session

    def retrieve(self, query: Query, view: View, k: int) -> list[Hit]:
        evidence = view.evidence(query.text)
        if not len(evidence):
            return []
        embedding = view.embed([query.text])
        parts = self.parts(query, evidence, embedding, view)
        scores = np.sum(list(parts.values()), axis=0)
        if query.by == "session":
            parts |= self.session_parts(evidence, embedding)
            scores = np.sum(list(parts.values()), axis=0)
            return view.hits(evidence, scores, best_of_each(evidence.sessions, scores, k), parts)
        return view.hits(evidence, scores, top(scores, k), parts)

    def parts(
        self, query: Query, evidence: Evidence, embedding: Embedding | None, view: View
    ) -> dict[str, Floats]:
        """Every part of the turns' scores, by name: [n] each."""
        asked = set(re.findall(r"\w+", query.text.lower()))
        named = [who not in ROLES and who in asked for who in evidence.speakers]
        return {
            "meaning": meaning(evidence, embedding, view),
            "words": self.lexical * coverage(query.text, evidence),
            "time": self.time * closeness(window(query.text, query.at), evidence.at),
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


def meaning(evidence: Evidence, embedding: Embedding | None, view: View) -> Floats:
    """Late interaction [n] over turns and their surroundings; cosine where there are no states."""
    if embedding is None or not evidence.vectors.shape[1]:
        return np.zeros(len(evidence), np.float32)
    if embedding.tokens is None:
        return np.asarray(evidence.vectors @ embedding.vectors[0])
    question = embedding.tokens[0]
    states = view.tokens(evidence, np.arange(len(evidence)))
    lengths = np.array([len(held) if held is not None else 0 for held in states], np.int64)
    matches = with_surroundings(
        best_matches(question, states), evidence.sessions, evidence.places, lengths
    )
    return matches @ rarity(question, states)


def coverage(text: str, evidence: Evidence) -> Floats:
    """BM25 [n] over turns and their surroundings, as a share of the best it could be."""
    wanted = np.unique(terms(text))
    added, weights = contributions(wanted, evidence.terms)
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
