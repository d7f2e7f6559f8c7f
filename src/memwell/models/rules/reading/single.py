"""Questions that one statement answers: facts, and yes or no."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from memwell.models.rules.reading.compose import Found, answer_of
from memwell.models.rules.reading.owners import foreign_to, personal
from memwell.models.rules.reading.question import Asked, Expect
from memwell.models.rules.reading.sentences import OTHERS, Corpus, Sentence, others
from memwell.models.rules.reading.spans import Span, spans
from memwell.models.rules.reading.wording import key, keys, words

_T = TypeVar("_T")

CLOSE = 0.72  # sentences scoring this share of the best one speak of the same thing
READ = 250  # sentences looked at for the answer, the best first
IDLE = 0.4  # of statements that do not say what was done, where it is asked who did it
_DOER = re.compile(r"(?i)^who\s+(?!did|do|does|is|are|was|were|am|have|has|had|can)(\w+)")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NAMED = re.compile(r"(?i)\bname\b|\bcall(?:ed)?\b")
_CHANGE = re.compile(
    r"(?i)\b(?:now|new|moved|changed|switched|instead|from now on|these days|no longer|anymore|"
    r"finally|latest|currently|up to|upgraded|since then)\b"
)


def fact(asked: Asked, corpus: Corpus) -> Found | None:
    """The statement that answers the question; of several about the same, the newest."""
    ranked = [
        told
        for told in corpus.rank(asked.focus, asked)[:READ]
        if told.score > 0 and not foreign_to(asked, told.text, corpus.items[told.item])
    ]
    typed = [
        (sentence, span)
        for sentence in ranked
        if (span := best_span(sentence, asked)) is not None and sentence.coverage > 0
    ]
    if asked.expects is Expect.ANY or not typed:
        close = _close([(sentence, sentence.score) for sentence in ranked], 0.85)
        chosen = _newest(close, asked, corpus)
        return _found(None, chosen, asked, corpus) if chosen else None
    typed = _naming(typed, asked) or typed
    fits = [_fit(*pair, asked, corpus) for pair in typed]
    bar = CLOSE * max(fits)
    # News of a change need not repeat all that was said when things began.
    best = [
        pair
        for pair, fit in zip(typed, fits, strict=True)
        if fit >= bar * (0.4 if _changes(pair[0], asked, corpus) else 1.0)
    ]
    chosen = _newest([pair[0] for pair in best], asked, corpus)
    span = next(pair[1] for pair in best if pair[0] is chosen)
    assert chosen is not None
    backed = max(pair[0].coverage for pair in best)
    return replace(_found(span.text, chosen, asked, corpus), backed=backed)


def best_span(sentence: Sentence, asked: Asked) -> Span | None:
    """The piece most like the answer: of the right kind, new, near the question's words."""
    new = [
        span
        for span in spans(sentence.text, asked.expects)
        if (not set(keys(span.text)) or not set(keys(span.text)) <= asked.focus.keys())
        and not (asked.expects is Expect.PERSON and _known(span, sentence.text, asked))
    ]
    shared = [
        word.start for word in words(sentence.text) if any(k in asked.focus for k in word.keys)
    ]
    return max(new, key=lambda span: span.weight * _nearness(span, shared), default=None)


def _known(span: Span, text: str, asked: Asked) -> bool:
    """True for who cannot be asked for: Lev, in "my brother Lev", of a question on that brother."""
    before = text[: span.start].rstrip(" ,").rsplit(" ", 1)[-1]
    return bool(before) and personal(before) and key(before) in asked.focus


def _naming(typed: list[tuple[Sentence, Span]], asked: Asked) -> list[tuple[Sentence, Span]]:
    """Where a name is asked for: the statements that give one, "called Juno"."""
    if asked.expects is not Expect.NAME or not _NAMED.search(asked.text):
        return []
    return [pair for pair in typed if pair[1].weight >= 2 and pair[0].coverage >= 0.5]


def _fit(sentence: Sentence, span: Span, asked: Asked, corpus: Corpus) -> float:
    """A sentence's score, by how surely the piece of it is the answer, and about whom."""
    item = corpus.items[sentence.item]
    theirs = others(sentence.text[: span.start], item, asked, last=True)
    doer = _DOER.match(asked.clause) if asked.expects is Expect.PERSON else None
    done = set(keys(doer[1])) if doer else set()
    idle = bool(done) and not done & corpus.own[sentence.item][sentence.place]
    after = sentence.text[span.start + len(span.text) :].split(maxsplit=1)[:1]
    # A capital at the beginning is a name where what was done follows: "Ida chose it".
    weight = max(span.weight, 1.0) if done & set(keys(" ".join(after))) else span.weight
    return sentence.base * weight * (OTHERS if theirs else 1.0) * (IDLE if idle else 1.0)


def _changes(sentence: Sentence, asked: Asked, corpus: Corpus) -> bool:
    """True where a statement says that something is different now, and the question may want it."""
    course = not asked.earliest and not asked.told and asked.expects is not Expect.NAME
    return course and _CHANGE.search(corpus.nearby(sentence)) is not None


def _nearness(span: Span, shared: Sequence[int]) -> float:
    distance = min((abs(span.start - start) for start in shared), default=0)
    return 1 / (1 + distance / 60)


def _close(scored: Sequence[tuple[_T, float]], share: float) -> list[_T]:
    top = max((score for _, score in scored), default=0.0)
    return [value for value, score in scored if score > 0 and score >= share * top]


def _newest(close: Sequence[Sentence], asked: Asked, corpus: Corpus) -> Sentence | None:
    """What was said last counts, unless the question is about the beginning or has no course."""
    if not close:
        return None
    if asked.told:
        return close[0]

    def when(sentence: Sentence) -> datetime:
        return corpus.items[sentence.item].at or _LONG_AGO

    extreme = (min if asked.earliest else max)(when(sentence) for sentence in close)
    return next(sentence for sentence in close if when(sentence) == extreme)


def _found(span: str | None, sentence: Sentence, asked: Asked, corpus: Corpus) -> Found:
    typed = span is not None or asked.expects is Expect.ANY
    return Found(answer_of(span, sentence, corpus), (sentence,), typed=typed)
