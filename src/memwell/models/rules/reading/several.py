"""Questions that several statements answer together: lists, counts and sums."""

import re
from collections import Counter
from collections.abc import Iterator

from memwell.models.rules.reading.compose import Found, quote
from memwell.models.rules.reading.question import Asked, Expect
from memwell.models.rules.reading.sentences import Corpus, Sentence, fitness, others
from memwell.models.rules.reading.single import CLOSE, fact
from memwell.models.rules.reading.spans import money, spans
from memwell.models.rules.reading.wording import NUMBERS, key, keys, wordset

ENOUGH = 0.6  # share of the best score from which a statement belongs to the answer
_UNREAL = re.compile(
    r"""(?ix)\b(?: would(?:n't)? | i'd\ (?:love|like|rather|prefer|want) | could\ have
      | wants? | wanted | wish | hop(?:e|ing) | plan(?:s|ned|ning)? | maybe | perhaps | might
      | cancel(?:led|ed)? | considering | thinking\ (?:of|about)
      | next\ (?:week|month|year|spring|summer|autumn|winter)
      | going\ to | never | haven't | hasn't | didn't | don't | won't | will | tried\ on | if
      | supposed\ to | ought | instead\ of | i'll | we'll | should )\b"""
)
_TRAVELLED = re.compile(
    r"(?i)\b(?:(?:back|home|returned) from|(?:weekend|days?|weeks?|trip|journey|holiday|vacation) "
    r"(?:in|to)|(?:flew|went|been|drove|travell?ed|sailed) (?:\w+ )?to|visit(?:ed|ing)?|"
    r"travell?ed (?:around|through|in)|stayed in)\b"
)
_PAYMENT = frozenset(map(key, wordset("cost buy go get things money altogether")))


def real(text: str) -> bool:
    """True unless the sentence speaks of plans, wishes, or what did not happen."""
    return _UNREAL.search(text.replace("’", "'")) is None


def several(asked: Asked, corpus: Corpus) -> Found | None:
    """Everything of the kind asked for, each with the statement that names it."""
    found: dict[str, Sentence] = {}
    for sentence in sorted(_statements(asked, corpus), key=lambda s: _said(s, corpus)):
        for span in spans(sentence.text, _kind(asked)):
            item = corpus.items[sentence.item]
            theirs = others(sentence.text[: span.start], item, asked, last=True)
            if span.weight > 0.5 and not theirs:
                found.setdefault(span.text, sentence)
    if not found:
        single = fact(asked, corpus)
        return single if single and real(single.support[0].text) else None
    sentences = tuple(dict.fromkeys(found.values()))
    quotes = " ".join(quote(sentence, corpus) for sentence in sentences)
    # "Home from Delft" tells of a visit without a word of the question.
    told = any(_travelled(sentence, asked.focus) for sentence in sentences)
    return Found(f"{listed(list(found))}. {quotes}", sentences, lift=0.6 if told else 0.0)


def counted(asked: Asked, corpus: Corpus) -> Found | None:
    """How many: the newest number stated, or else as many statements as there are."""
    statements = _statements(asked, corpus)
    stated = [
        (sentence, number)
        for sentence in statements
        if (number := _stated(sentence.text, asked.head)) is not None
    ]
    if stated:
        top = max(sentence.score for sentence, _ in stated)
        close = [pair for pair in stated if pair[0].score >= CLOSE * top]
        sentence, number = max(close, key=lambda pair: _said(pair[0], corpus))
        return Found(f"{number}. {quote(sentence, corpus)}", (sentence,))
    turns = _one_a_turn(iter(statements))
    if not turns:
        return None
    quotes = " ".join(quote(sentence, corpus) for sentence in turns)
    return Found(f"{len(turns)}. {quotes}", tuple(turns))


def summed(asked: Asked, corpus: Corpus) -> Found | None:
    """What the sums named in fitting statements come to; each is counted once a session."""
    topic = {found: weight for found, weight in asked.focus.items() if found not in _PAYMENT}
    paid: dict[tuple[float, str, str], Sentence] = {}
    for sentence in corpus.rank(topic or asked.focus, asked):
        item = corpus.items[sentence.item]
        own = fitness(item, sentence.text, asked) * sentence.fair >= 1 and real(sentence.text)
        spoken_of = all(found in corpus.turns[sentence.item] for found in topic)
        if own and spoken_of:
            for amount, currency in money(sentence.text):
                paid.setdefault((amount, currency, item.session), sentence)
    if not paid:
        return None
    currency = Counter(currency for _, currency, _ in paid).most_common(1)[0][0]
    kept = {pay: sentence for pay, sentence in paid.items() if pay[1] == currency}
    total = sum(amount for amount, _, _ in kept)
    sentences = tuple(sorted(dict.fromkeys(kept.values()), key=lambda s: _said(s, corpus)))
    parts = " + ".join(f"{amount:g}" for amount, _, _ in sorted(kept, key=lambda p: p[2]))
    quotes = " ".join(quote(sentence, corpus) for sentence in sentences)
    return Found(f"{total:,g} {currency} ({parts}). {quotes}", sentences)


def listed(things: list[str]) -> str:
    """Things in a row: "a, b and c"."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"


def _statements(asked: Asked, corpus: Corpus) -> list[Sentence]:
    """Real statements by the right speaker that share what the question says of the things."""
    says = {found: w for found, w in asked.focus.items() if found != asked.head} or asked.focus
    ranked = [s for s in corpus.rank(says, asked) if s.own > 0 or _travelled(s, says)]
    top = max((sentence.score for sentence in ranked), default=0.0)
    return [
        sentence
        for sentence in ranked
        if real(sentence.text)
        and (_travelled(sentence, says) or sentence.score >= ENOUGH * top)
        and (asked.told or not asked.mine or corpus.items[sentence.item].role != "assistant")
    ]


def _travelled(sentence: Sentence, says: dict[str, float]) -> bool:
    return key("visit") in says and _TRAVELLED.search(sentence.text) is not None


def _kind(asked: Asked) -> Expect:
    return Expect.NAME if asked.expects in (Expect.ANY, Expect.NUMBER) else asked.expects


def _stated(text: str, head: str | None) -> str | None:
    """The number that stands before the thing counted."""
    for match in re.finditer(rf"(?i)\b(\d+|{'|'.join(NUMBERS)})\b((?: [\w'-]+){{1,3}})", text):
        if head in keys(match[2]):
            return match[1]
    return None


def _one_a_turn(sentences: Iterator[Sentence]) -> list[Sentence]:
    first: dict[int, Sentence] = {}
    for sentence in sentences:
        first.setdefault(sentence.item, sentence)
    return list(first.values())


def _said(sentence: Sentence, corpus: Corpus) -> float:
    at = corpus.items[sentence.item].at
    return at.timestamp() if at else 0.0
