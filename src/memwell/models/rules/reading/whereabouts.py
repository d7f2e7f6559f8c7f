"""Where somebody lives, works, comes from or moved: the newest place that was told of just them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from memwell.models.rules.reading.clauses import clauses
from memwell.models.rules.reading.compose import Found, answer_of
from memwell.models.rules.reading.owners import ME, about, is_mine, kind, personal, subjects
from memwell.models.rules.reading.question import Asked
from memwell.models.rules.reading.sentences import Corpus, Sentence
from memwell.models.rules.reading.spans import CALENDAR, TITLED
from memwell.models.rules.reading.wording import STOP, WORD


class Matter(StrEnum):
    """What the place is to them."""

    HOME = "home"
    MOVE = "move"
    WORK = "work"
    ORIGIN = "origin"


_IN = r"(?:in|at|near|outside|around)"
_NAMED = rf"(?:the\s+)?{TITLED}(?:\s+&\s+{TITLED})?"
_PLACE = rf"(?P<to>{_NAMED})"
_WORKPLACE = rf"(?P<to>{_NAMED}|(?:the|a|an)\s+[\w-]+(?:\s+in\s+{TITLED})?)"
_MOVED = (
    r"(?:moved?|moving|relocated?|emigrated|resettled)(?:\s+(?:back|house|out|over|away|here))?"
)
_HOME = r"(?:flat|house|home|place|apartment|studio|cottage)"
_TOLD = {
    matter: tuple(re.compile(pattern) for pattern in patterns)
    for matter, patterns in {
        Matter.MOVE: (
            rf"\b{_MOVED}\s+from\s+(?P<from>{_NAMED})\s+(?:in)?to\s+{_PLACE}",
            rf"\b{_MOVED}\s+(?:in)?to\s+{_PLACE}(?:\s+from\s+(?P<from>{_NAMED}))?",
            rf"\b{_MOVED}\s+(?:away\s+)?from\s+(?P<from>{_NAMED})",
        ),
        Matter.HOME: (
            rf"\b(?:liv(?:e|es|ed|ing)|resid(?:e|es|ing)|based|settled)\s+(?:\w+\s+)?{_IN}\s+{_PLACE}",
            rf"(?i:\b{_HOME}\s+(?:is|was)\s+{_IN})\s+{_PLACE}",
        ),
        Matter.WORK: (
            rf"\bwork(?:s|ed|ing)?\s+(?:\w+\s+)?(?:at|for|in)\s+{_WORKPLACE}",
            rf"\b(?:job|position|role|first\s+day)\b[^.;!?]*?\s(?:at|with)\s+{_WORKPLACE}",
            rf"\b(?:joined|hired\s+by|employed\s+(?:by|at))\s+{_WORKPLACE}",
            rf"\b(?:I['’]ve|I\s+have|we['’]ve)\s+been\s+(?:at|with)\s+{_WORKPLACE}",
            rf"\b(?:quit|left)\s+(?:my\s+job\s+(?:at|with)\s+)?(?P<from>{_NAMED})",
        ),
        Matter.ORIGIN: (
            rf"\b(?:am|is|are|['’]m|['’]s|was)\s+(?:\w+\s+)?from\s+{_PLACE}",
            rf"\b(?:comes?|came|hails?)\s+(?:\w+\s+)?from\s+{_PLACE}",
            rf"\bgrew\s+up\s+in\s+{_PLACE}",
        ),
    }.items()
}
_SUBJECT = (
    r"(?:(?:my|our)(?:\s+(?!(?:for|to|at|in|go|going)\b)[\w'’-]+){1,3}?|[\w'’]+)"
    r"(?:\s+(?:now|currently|still|used?\s+to))*"
)
_ASKS = (
    (
        Matter.ORIGIN,
        rf"^where\s+(?:am|is|are|do|does)\s+{_SUBJECT}(?:\s+originally|\s+come)*\s+from$",
    ),
    (Matter.MOVE, rf"^(?:where|(?:which|what)\s+\w+)\s+(?:did|have|has)\s+{_SUBJECT}\s+moved?\b"),
    (Matter.WORK, rf"^where\s+(?:do|does|did|is|am|are)\s+{_SUBJECT}\s+work(?:ing)?\b"),
    (
        Matter.HOME,
        rf"""^(?:where|(?:which|what)\s+(?:city|town|country|village|place))
             \s+(?:do|does|did|is|am|are)\s+{_SUBJECT}\s+(?:liv(?:e|ing)|based)\b
           | ^where\s+is\s+(?:my|our)\s+home\b""",
    ),
)
_TAIL = re.compile(
    r"(?i)(?:\s+(?:to|in|now|nowadays|today|currently|these\s+days|at\s+the\s+moment|again))+$"
)
_FORMER = re.compile(
    r"(?i)\b(?:before|used?\s+to|previously|formerly|originally|earlier|move(?:d)?\s+from)\b"
)
_UNREAL = re.compile(
    r"(?i)\b(?:would|wish|want(?:s|ed)?|hop(?:e|es|ing)|plan(?:s|ning|ned)?|might|maybe|may\s+move|"
    r"dream(?:s|ed)?|consider(?:s|ing|ed)?|thinking|never|not|\w+n['’]t|if|imagine)\b"
)
_PAST = re.compile(r"(?i)\bused\s+to\b|(?<!ve )(?<!has )\b(?:lived|worked)\b")


@dataclass(frozen=True, slots=True)
class Stay:
    """A place somebody was said to be at, or to have left."""

    sentence: Sentence
    place: str
    over: bool


def matter_of(asked: Asked) -> Matter | None:
    """What place is asked for, where the question asks for nothing more."""
    bare = _TAIL.sub("", asked.clause.strip().rstrip("?.! "))
    whole = asked.clause.strip().rstrip("?.! ")
    for matter, pattern in _ASKS:
        if (found := re.match(pattern, whole, re.IGNORECASE | re.VERBOSE)) and about(asked.clause):
            rest = _FORMER.sub(" ", bare[found.end() :])
            return matter if not set(_content(rest)) else None
    return None


def whereabouts(matter: Matter, asked: Asked, corpus: Corpus) -> Found | None:
    """The newest place told; the one before it, where the question asks for that."""
    told = [
        (corpus.said(stay.sentence), place, stay)
        for place, stay in enumerate(_stays(matter, asked, corpus))
    ]
    stays = [stay for _, _, stay in sorted(told, key=lambda one: one[:2], reverse=True)]
    current = [stay for stay in stays if not stay.over]
    chosen = current
    if _FORMER.search(asked.clause):
        now = current[0].place if current else ""
        left = {stay.place for stay in stays if stay.over}
        chosen = [stay for stay in stays if stay.place in left - {now}]
        chosen = chosen or [stay for stay in current if stay.place != now]
    if not chosen:
        return None
    best = chosen[0]
    return Found(answer_of(best.place, best.sentence, corpus), (best.sentence,), sure=True)


def _stays(matter: Matter, asked: Asked, corpus: Corpus) -> Iterator[Stay]:
    who = about(asked.clause)
    patterns = _TOLD[matter] + (_TOLD[Matter.MOVE] if matter is Matter.HOME else ())
    for item, place, text in corpus.sentences():
        if text.endswith("?") or not is_mine(corpus.items[item]):
            continue
        for part in clauses(text) if any(pattern.search(text) for pattern in patterns) else ():
            found = next((hit for pattern in patterns if (hit := pattern.search(part))), None)
            real = found and not _UNREAL.search(part[: found.start()])
            if found and real and _is_about(who, part, found, item, place, corpus):
                yield from _ends(found, corpus.whole(item, place), part)


def _ends(found: re.Match[str], sentence: Sentence, part: str) -> Iterator[Stay]:
    ends = found.groupdict()
    if (to := ends.get("to")) and to.lower() not in CALENDAR:
        past = _PAST.search(part[: found.end()]) is not None and "moved" not in found[0]
        yield Stay(sentence, to, over=past)
    if left := ends.get("from"):
        yield Stay(sentence, left, over=True)


def _is_about(
    who: frozenset[str], part: str, found: re.Match[str], item: int, place: int, corpus: Corpus
) -> bool:
    """True where the one spoken of is whom the question asks about."""
    said = subjects(part[: found.start()])
    if said == {"?"}:
        said = subjects(" ".join(corpus.split[item][:place])) - {ME}
    if not said:
        said = frozenset() if _another(part[: found.start()]) else frozenset({ME})
    speaker = corpus.items[item].speaker.lower()
    return bool(who & said) or (ME in said and speaker in who)


def _another(before: str) -> bool:
    """True for "his flat" and "my sister's flat" of a place to live."""
    nouns = [found[0] for found in WORD.finditer(before)]
    return any(personal(noun) for noun in nouns) or bool(
        re.search(r"(?i)\b(?:his|her|their|your)\b", before)
    )


def _content(text: str) -> list[str]:
    return [
        found[0]
        for found in WORD.finditer(text)
        if found[0].lower() not in STOP and kind(found[0]) != kind("now")
    ]
