"""A reader without a language model: it finds what answers a question, and says when nothing does.

It knows kinds of questions, not topics. The newest of several fitting statements wins; what
somebody else did is not taken for the asker's; a question whose people, names or subject nobody
has spoken of is not answered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from memwell.models.prompts import Answered, Piece
from memwell.models.rules.reading.checking import check
from memwell.models.rules.reading.compose import Found, missing, nothing, support
from memwell.models.rules.reading.naming import named, wanted
from memwell.models.rules.reading.preference import preference
from memwell.models.rules.reading.question import Asked, Kind, analyse
from memwell.models.rules.reading.sentences import Corpus
from memwell.models.rules.reading.several import counted, several, summed
from memwell.models.rules.reading.single import fact
from memwell.models.rules.reading.times import elapsed, order, when
from memwell.models.rules.reading.whereabouts import matter_of, whereabouts

__all__ = ["KNOWN", "Reading", "answer", "read"]

# Below this confidence the answer is "I don't know": set where one in twenty of the answerable
# LongMemEval dev questions would be refused.
KNOWN = 0.42
# Of a statement that says just what was asked, whatever else is alike.
SURE = 0.9
# What retrieval thinks weighs more than the words: it knows what is alike, and saw all evidence.
# Only where a person or name is missing the words know better: a sister is much like a brother.
HELD, MISSING = 0.8, 0.6
UNREAD = 0.4
# Asked for advice, or for all of a kind, memory names tastes and things, not the question's words.
LOOSE = {Kind.PREFERENCE: 0.3, Kind.LIST: 0.4}


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, whether memory holds it, how surely, and the evidence it was read from."""

    answer: str
    known: bool
    confidence: float  # in [0, 1]
    sources: tuple[int, ...]  # positions in the evidence, the most telling first


def answer(fields: dict[str, Any]) -> Answered:
    """Answers the prompt ANSWER(question, at, evidence); `held` as in `read` may be given too."""
    reading = read(fields["question"], fields["at"], fields["evidence"], held=fields.get("held"))
    return Answered(
        answer=reading.answer,
        known=reading.known,
        confidence=reading.confidence,
        sources=list(reading.sources),
    )


def read(
    question: str, at: datetime, items: Sequence[Piece], *, held: float | None = None
) -> Reading:
    """The answer to a question asked at some moment, from evidence in ranked order.

    `held` is what retrieval thinks of the matter: how likely memory holds the answer at all.
    """
    asked = analyse(question, at)
    corpus = Corpus(items)
    found = find(asked, corpus) if items else None
    # Nothing to read does not mean that nothing is there: what retrieval thinks stays visible.
    confidence = _confidence(found, asked, corpus, held) if found else UNREAD * (held or 0.0)
    if found is None or confidence < KNOWN:
        return Reading(nothing(asked), known=False, confidence=confidence, sources=())
    return Reading(found.answer, known=True, confidence=confidence, sources=found.sources)


def find(asked: Asked, corpus: Corpus) -> Found | None:
    """What answers the question by its kind, or else the statement that says most about it."""
    if asked.kind is Kind.FACT and (thing := wanted(asked)):
        found = named(thing, corpus)
        if found or thing.strict:
            return found
    if asked.kind is Kind.FACT and (matter := matter_of(asked)):
        return whereabouts(matter, asked, corpus)
    found = _READERS[asked.kind](asked, corpus)
    if found is not None or asked.kind in (Kind.LIST, Kind.FACT, Kind.CHECK):
        return found
    closest = fact(asked, corpus)
    return replace(closest, typed=False) if closest else None


def _confidence(found: Found, asked: Asked, corpus: Corpus, held: float | None) -> float:
    if found.sure:
        return SURE
    spoken = support(found, asked, corpus)
    if held is None:
        return spoken
    likely = held * (MISSING if missing(found, asked, corpus) else 1.0)
    weight = LOOSE.get(asked.kind, HELD)
    return weight * likely + (1 - weight) * spoken


_Reader = Callable[[Asked, Corpus], Found | None]
_READERS: dict[Kind, _Reader] = {
    Kind.FACT: fact,
    Kind.CHECK: check,
    Kind.WHEN: when,
    Kind.ELAPSED: elapsed,
    Kind.ORDER: order,
    Kind.LIST: several,
    Kind.COUNT: counted,
    Kind.SUM: summed,
    Kind.PREFERENCE: preference,
}
