"""Questions about time: when something happened, how long between two events, which came first."""

from collections.abc import Mapping
from datetime import date

from memwell.models.rules.dates import DateSpan
from memwell.models.rules.reading.clauses import clauses
from memwell.models.rules.reading.compose import Found, answer_of, quote
from memwell.models.rules.reading.elapsed import (
    middle,
    named_span,
    span_of_days,
    spoken,
    told,
    weekday,
)
from memwell.models.rules.reading.events import either, pair
from memwell.models.rules.reading.owners import foreign_to
from memwell.models.rules.reading.question import Asked, focus, names
from memwell.models.rules.reading.sentences import Corpus, Sentence
from memwell.models.rules.reading.several import real
from memwell.models.rules.reading.single import fact
from memwell.models.rules.reading.wording import keys


def when(asked: Asked, corpus: Corpus) -> Found | None:
    """The day of the event the question names."""
    event = _event(asked.focus, asked, corpus)
    if event is None:
        return None
    sentence, day = event
    span = _time(sentence, asked.focus, corpus)
    return Found(answer_of(told(span) if span else weekday(day), sentence, corpus), (sentence,))


def elapsed(asked: Asked, corpus: Corpus) -> Found | None:
    """The time between two events, or since one."""
    parts = pair(asked.clause)
    if parts is None:
        return fact(asked, corpus)
    first, second = parts
    start = _event(_words(first, second or ""), asked, corpus)
    if start is None:
        return None
    if second is None:
        days = abs((asked.at.date() - start[1]).days)
        answer = f"{span_of_days(days, asked.text)}. {quote(start[0], corpus)}"
        return Found(answer, (start[0],))
    end = _event(_words(second, first), asked, corpus, other_than=start[0])
    if end is None:
        return None
    days = abs((end[1] - start[1]).days)
    between = f"from {spoken(start[1])} to {spoken(end[1])}"
    quotes = f"{quote(start[0], corpus)} {quote(end[0], corpus)}"
    answer = f"{span_of_days(days, asked.text)}, {between}. {quotes}"
    return Found(answer, (start[0], end[0]), focus=(keys(first), keys(second)))


def order(asked: Asked, corpus: Corpus) -> Found | None:
    """Which of two events came first (or last)."""
    parts = either(asked.clause)
    if parts is None:
        return fact(asked, corpus)
    events = [(_event(focus(part), asked, corpus), part) for part in parts]
    dated = [(event, part) for event, part in events if event is not None]
    if len(dated) < 2:
        return None
    last = " last" in asked.clause.lower() or "more recently" in asked.clause.lower()
    dated.sort(key=lambda pair: pair[0][1], reverse=last)
    (chosen, part), (other, _) = dated
    answer = f"{part[0].upper()}{part[1:]}. {quote(chosen[0], corpus)} {quote(other[0], corpus)}"
    return Found(answer, (chosen[0], other[0]), focus=(keys(parts[0]), keys(parts[1])))


def _words(event: str, other: str) -> Mapping[str, float]:
    """What an event is found by: its own words, and names that only the other one spells out."""
    named = {key: 0.5 for name in names(f"x {other}") for key in keys(name)}
    return named | focus(event)


def _event(
    weights: Mapping[str, float],
    asked: Asked,
    corpus: Corpus,
    other_than: Sentence | None = None,
) -> tuple[Sentence, date] | None:
    """The sentence that tells of the event, and its day."""
    taken = other_than.text if other_than else None
    ranked = [told for told in corpus.rank(weights, asked)[:20] if told.text != taken]
    ranked = [told for told in ranked if not foreign_to(asked, told.text, corpus.items[told.item])]
    happened = [sentence for sentence in ranked if real(sentence.text)] or ranked
    for sentence in happened:
        item = corpus.items[sentence.item]
        if item.at is None or sentence.coverage == 0:
            continue
        span = _time(sentence, weights, corpus)
        return sentence, middle(span) if span else item.at.date()
    return None


def _time(sentence: Sentence, weights: Mapping[str, float], corpus: Corpus) -> DateSpan | None:
    """The time told in the clause of the event, in its sentence, or in what else was said then."""
    item = corpus.items[sentence.item]
    if item.at is None:
        return None
    shares = {part: len(weights.keys() & set(keys(part))) for part in clauses(sentence.text)}
    best = max(shares.values(), default=0)
    clause = [part for part, share in shares.items() if share == best and best]
    texts = (*(clause if len(clause) == 1 else ()), sentence.text, item.text)
    return next((span for text in texts if (span := named_span(text, item.at))), None)
