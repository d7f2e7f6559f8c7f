"""Answering a question from memory, or saying that memory does not hold the answer."""

from datetime import datetime

from memwell.core.hit import Answer, Hit
from memwell.core.model import LanguageModel
from memwell.core.strategy import Strategy
from memwell.core.view import Query, View
from memwell.models.prompts import ANSWER, Piece, Pieces

EVIDENCE = 30  # memories put before the reader


def answer(
    question: str, at: datetime, view: View, strategy: Strategy, model: LanguageModel | None
) -> Answer:
    """Retrieves evidence, then has the model (or the rules) read it."""
    spent = model.usage.tokens if model else 0
    hits = strategy.retrieve(Query(question, at), view, EVIDENCE)
    read = view.ask(ANSWER, question=question, at=at, evidence=Pieces([_piece(hit) for hit in hits]))
    sources = [hits[place].cube.id for place in read.sources if 0 <= place < len(hits)]
    return Answer(
        text=read.answer,
        known=read.known,
        confidence=read.confidence,
        hits=tuple(hits),
        sources=tuple(sources),
        tokens=(model.usage.tokens if model else 0) - spent,
    )


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
