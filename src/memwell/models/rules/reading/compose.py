"""Putting an answer into words, and judging how well the evidence supports it."""

from dataclasses import dataclass

from memwell.models.rules.reading.elapsed import spoken
from memwell.models.rules.reading.question import Asked
from memwell.models.rules.reading.sentences import Corpus, Sentence

LONGEST_QUOTE = 200  # characters; longer sentences are cut at a word


@dataclass(frozen=True, slots=True)
class Found:
    """An answer with the sentences it rests on."""

    answer: str
    support: tuple[Sentence, ...]  # the most telling first
    backed: float = 0.0  # coverage by statements of the same thing that were passed over as older
    lift: float = 0.0  # how far less than the whole question is enough
    typed: bool = True  # False: nothing in them looks like what was asked for
    sure: bool = False  # a statement made to say just this, by whom it concerns
    focus: tuple[tuple[str, ...], ...] = ()  # what each sentence had to speak of, if not all words

    @property
    def sources(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(sentence.item for sentence in self.support))


def quote(sentence: Sentence, corpus: Corpus) -> str:
    """Who said it, when, and the words themselves."""
    item = corpus.items[sentence.item]
    speaker = item.speaker or item.role
    who = {"user": "You", "assistant": "The assistant"}.get(speaker, speaker.title())
    day = f" on {spoken(item.at.date())}" if item.at else ""
    return f"{who} said{day}: “{clipped(sentence.text)}”"


def clipped(text: str) -> str:
    """At most LONGEST_QUOTE characters of it."""
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def answer_of(span: str | None, sentence: Sentence, corpus: Corpus) -> str:
    """The short answer, then the words it was read from."""
    said = quote(sentence, corpus)
    return f"{span}. {said}" if span else said


def nothing(asked: Asked) -> str:
    """The answer when memory does not hold one."""
    return f"I don't know: there is nothing in memory that answers “{asked.text.strip()}”"


def support(found: Found, asked: Asked, corpus: Corpus) -> float:
    """How surely the sentences answer the question, in [0, 1].

    The share of the question they speak of; much less where a person or name that the question
    turns on is missing, less where nothing looks like the answer.
    """
    if not found.support:
        return 0.0
    best = max(found.backed, *(sentence.coverage for sentence in found.support))
    if len(found.focus) > 1:
        best = min(sentence.coverage for sentence in found.support)
    absent = missing(found, asked, corpus)
    return min(1.0, best + found.lift) * (0.35 if absent else 1.0) * (1.0 if found.typed else 0.7)


def missing(found: Found, asked: Asked, corpus: Corpus) -> bool:
    """True when a person or name that the question turns on is not spoken of around the answer."""
    spoken_of: set[str] = set()
    for sentence in found.support:
        item = corpus.items[sentence.item]
        spoken_of |= corpus.turns[sentence.item] | corpus.sessions[item.session]
    return bool(asked.required - spoken_of)
