"""Answering a question from memory, or saying that memory does not hold the answer."""

from datetime import datetime

import numpy as np

from memwell.core.hit import Answer, Hit
from memwell.core.metering import metered
from memwell.core.model import LanguageModel
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.index.confidence import Matches, confidence
from memwell.index.late import matches_around, pieces, rarity
from memwell.kernel.trusted import retrieve
from memwell.models.prompts import ANSWER, Piece, Pieces

EVIDENCE = 30  # memories put before a language model
READ = 150  # and before the rules, which read for nothing


def answer(
    question: str, at: datetime, view: View, strategy: Strategy, model: LanguageModel | None
) -> Answer:
    """Retrieves evidence, then has the model (or the rules) read it."""
    immediate = model is not None and model.immediate
    asked = at.replace(second=0, microsecond=0)  # the same question within a minute is cached
    with metered() as spent:
        hits = retrieve(strategy, Query(question, at), view, READ if immediate else EVIDENCE)
        lines = Pieces([_piece(hit) for hit in hits])
        sure = held(question, view) if immediate else None  # a language model judges for itself
        read = view.ask(ANSWER, question=question, at=asked, evidence=lines, held=sure)
    sources = [hits[place].cube.id for place in read.sources if 0 <= place < len(hits)]
    return Answer(
        text=read.answer,
        known=read.known,
        confidence=read.confidence,
        hits=tuple(hits),
        sources=tuple(sources),
        tokens=spent.tokens,
    )


def held(question: str, view: View) -> float:
    """How likely memory holds the answer at all, judged from how well it matches."""
    evidence, embedding = view.only(SAID).evidence(question), view.embed([question])
    states = view.tokens(evidence, np.arange(len(evidence)))
    if embedding is None or embedding.tokens is None or not any(states):
        return confidence(question, evidence, None)
    asked = embedding.tokens[0]
    matches = Matches(
        pieces(question, asked),
        matches_around(asked, evidence, states),
        rarity(asked, states, evidence.population),
    )
    return confidence(question, evidence, matches)


def _piece(hit: Hit) -> Piece:
    cube = hit.cube
    return Piece(
        text=cube.text,
        speaker=cube.speaker or "",
        at=cube.at,
        role=cube.labels.get("role", ""),
        session=cube.scope.session or "",
        score=hit.score,
    )
