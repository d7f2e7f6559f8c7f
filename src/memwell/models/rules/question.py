"""What a question asks for: its kind, the kind of thing that would answer it, and its words."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from memwell.models.rules.wording import STOP, key, keys, words


T = TypeVar("T")


class Kind(StrEnum):
    """How an answer is put together."""

    FACT = "fact"  # one statement, the newest where several fit
    WHEN = "when"  # the day of an event
    ELAPSED = "elapsed"  # the time between two moments
    ORDER = "order"  # which of two events came first
    LIST = "list"  # all things of a kind, from several turns
    COUNT = "count"  # how many of them
    SUM = "sum"  # how much they came to
    PREFERENCE = "preference"  # what would suit the one who asks
    CHECK = "check"  # yes or no


class Expect(StrEnum):
    """What the answer should look like."""

    ANY = "any"
    NAME = "name"
    PERSON = "person"
    PLACE = "place"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    WEEKDAY = "weekday"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart."""

    text: str
    clause: str  # the part that asks, without its courtesies
    kind: Kind
    expects: Expect
    head: str | None  # key of the thing asked for: "city" in "which cities"
    focus: dict[str, float]  # key -> weight: what the evidence should speak of
    required: frozenset[str]  # keys without which evidence is about something else
    mine: bool  # about the one who asks
    told: bool  # about what the assistant said
    earliest: bool  # asks for what was true at first


RELATIONS = frozenset(
    """mother father mum mom dad brother sister son daughter wife husband partner boyfriend
    girlfriend fiancé fiancée uncle aunt cousin nephew niece grandmother grandfather grandma
    grandpa parent boss manager colleague coworker neighbour neighbor friend roommate flatmate
    landlord teacher doctor therapist dentist coach mentor""".split()
)

_COURTESY = re.compile(
    r"""(?ix)^(?: (?:hi|hello|hey|so|well|okay|ok|please|and|but|also)\b[\s,]*
      | (?:can|could|would|will)\ you\ (?:please\ )?
        (?:remind\ me(?:\ of)?|tell\ me|recall|remember|say|look\ up|list)\b\s*
      | (?:do|did)\ you\ (?:remember|recall|know)\b\s*
      | (?:please\ )?(?:remind|tell)\ me(?:\ of|\ again)?\b\s*
      | i(?:\ was|'m|\ am)\ (?:just\ )?wondering\b(?:\ if)?\s*
      | i(?:'d|\ would)?\ (?:like|want|wanted)\ to\ (?:know|confirm|check|follow\ up)\b\s* )+"""
)
_ASKS = re.compile(
    r"(?i)\b(what|which|who|whom|whose|when|where|why|how|do|does|did|is|are|was|were|have|has|"
    r"can|could|should|list|name|any)\b"
)
_MONEY = r"(?:cost|price|spen[dt]|spending|money|pay|paid|earn|earned|raised?|worth)"
_ADVICE = re.compile(
    r"(?i)\b(?:(?:can|could|would|will) you (?:recommend|suggest|help me (?:choose|pick|find))|"
    r"any (?:suggestions?|recommendations?|tips|ideas|advice)|(?:what|which|where)\b.{0,40}?\bshould "
    r"(?:i|we)|would (?:suit|i (?:like|enjoy))|(?:what|which)\b.{0,40}?\bdo i (?:like|prefer|enjoy)|"
    r"do you have any)\b"
)
_KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"\b(?:first|earlier|later|last)\b[^?]*,[^?]*\bor\b", Kind.ORDER),
        (r"\b(?:which|who|what)\b.*\b(?:first|earlier|before the other)\b.*\bor\b", Kind.ORDER),
        (rf"\b{_MONEY}\b.*\b(?:total|altogether|overall|combined|so far)\b", Kind.SUM),
        (rf"\btotal\b.*\b{_MONEY}\b|\bgone into\b", Kind.SUM),
        (
            r"\bhow (?:many|much) (?:day|week|month|year|hour|time)s?\b.*\b(?:pass|passed|elapsed|"
            r"between|after|before|since|until|till|ago|from|when)\b",
            Kind.ELAPSED,
        ),
        (
            r"\bhow long\b.*\b(?:pass|passed|between|after|since|until|till|ago|when)\b",
            Kind.ELAPSED,
        ),
        (r"\bhow many\b|\bthe number of\b", Kind.COUNT),
        (
            r"\b(?:when|what date|which date)\b(?! i\b)|\b(?:what|which) (?:day|month|year) "
            r"(?:did|was|were|had)\b",
            Kind.WHEN,
        ),
        (
            r"^(?:which|what) (?:\w+ ){0,2}?\w+(?<!s)(?<!is)s (?:have|did|do|are|were|had)\b|^list\b|"
            r"\b(?:all the|all of the|every) \w+",
            Kind.LIST,
        ),
        (r"^(?:do|does|did|is|are|was|were|have|has|had|am|can)\b", Kind.CHECK),
    )
)
_EXPECTS: tuple[tuple[re.Pattern[str], Expect], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), expect)
    for pattern, expect in (
        (r"\b(?:what|which|on what|on which) (?:week)?(?:day|evening|morning)s?\b", Expect.WEEKDAY),
        (r"\bweekday\b", Expect.WEEKDAY),
        (r"\b(?:what|which) time\b", Expect.CLOCK),
        (r"\bhow long\b", Expect.DURATION),
        (rf"\bhow much\b.*\b{_MONEY}\b|\b(?:price|cost)\b", Expect.MONEY),
        (
            r"\bhow (?:fast|high|old|tall|far|much|many|big|heavy)\b|\b(?:personal best|record|score)\b",
            Expect.NUMBER,
        ),
        (r"\bname\b|\bcalled\b|\bdid (?:i|we) call\b|\btitle\b", Expect.NAME),
        (r"^(?:who|whom|whose)\b", Expect.PERSON),
        (r"\bwhere\b|\b(?:which|what) (?:city|town|country|place|village)\b", Expect.PLACE),
        (
            r"\b(?:which|what|that) (?:book|film|movie|song|band|album|shop|bookshop|restaurant|cafe|"
            r"hotel|hostel|brand|company|website|app|artist|author|museum|bar|store|school|"
            r"university)\b",
            Expect.NAME,
        ),
    )
)
# Words that ask, count or place in time, and so say nothing about the subject.
_EMPTY = frozenset(
    key(word)
    for word in """day days date time times week weeks month months year years many much long often
    ago passed pass elapsed total altogether overall combined recently recent currently current now
    nowadays today these last past previous previously earlier so far kind sort type thing things
    remind list name called call again exactly usually please number amount weekday evening
    first latest newest yet still conversation discussed talked mentioned told""".split()
)


def analyse(text: str) -> Asked:
    """The question taken apart; works on what is said, knows no topic."""
    clause = _clause(text)
    kind = _kind(text, clause)
    lower = f" {text.lower()} "
    return Asked(
        text=text,
        clause=clause,
        kind=kind,
        expects=_first(_EXPECTS, clause, Expect.ANY),
        head=_head(clause),
        focus=focus(text, clause),
        required=_required(text),
        mine=re.search(r"\b(?:i|my|me|mine|we|our|us)\b", lower) is not None,
        told=re.search(
            r"\byou (?:\w+ )?(?:recommend|suggest|told|tell|mention|said|say|gave|give|provid|advise|"
            r"listed|wrote)",
            lower,
        )
        is not None,
        earliest=re.search(
            r"\b(?:originally|at first|used to|initial(?:ly)?|former(?:ly)?|"
            r"before (?:i|we) (?:changed|switched))\b",
            lower,
        )
        is not None,
    )


def focus(text: str, clause: str | None = None) -> dict[str, float]:
    """The words the evidence should share; those outside the asking clause count for less."""
    inside = set(keys(clause)) if clause is not None else set(keys(text))
    weights = {found: 1.0 if found in inside else 0.6 for found in keys(text)}
    telling = {found: weight for found, weight in weights.items() if found not in _EMPTY}
    return telling or weights


def names(text: str) -> list[str]:
    """Capitalised words that do not begin a sentence."""
    found = []
    for word in words(text):
        before = text[: word.start].rstrip()
        inner = bool(before) and before[-1] not in ".?!:;\"“'‘"
        if word.text[0].isupper() and inner and word.text.split("'")[0].lower() not in STOP:
            found.append(word.text.removesuffix("'s"))
    return found


def _clause(text: str) -> str:
    """The last part that asks, without its courtesies."""
    parts = [part.strip() for part in re.split(r"(?<=[.?!;])\s+", text.strip()) if part.strip()]
    asking = [part for part in parts if part.endswith("?")] or [
        part for part in parts if _ASKS.match(_COURTESY.sub("", part))
    ]
    chosen = asking[-1] if asking else (parts[-1] if parts else text)
    bare = _COURTESY.sub("", chosen)
    return bare or chosen


def _kind(text: str, clause: str) -> Kind:
    advice = _ADVICE.search(text)
    if advice and not re.search(r"(?i)\byou (?:recommended|suggested|told|mentioned)\b", text):
        return Kind.PREFERENCE
    return _first(_KINDS, clause, Kind.FACT)


def _first(table: tuple[tuple[re.Pattern[str], T], ...], text: str, default: T) -> T:
    return next((value for pattern, value in table if pattern.search(text)), default)


_HEADS = (
    re.compile(r"(?i)\bname of (?:my|our|the|that|his|her|their)?\s*((?:[\w'-]+\s?){1,3}?)(?=[?,.]|\b(?:i|we|you|that|in|at|on|from|for|to)\b|$)"),
    re.compile(r"(?i)\b(?:what|which|how many|list(?: of)?(?: all)?(?: the)?) ((?:[\w'-]+\s){1,3}?)(?=did|do|does|is|are|was|were|have|has|had|can|should|would|will|i\b|we\b|you\b)"),
    re.compile(r"(?i)\b(?:what|which) was (?:that|the) (\w+)"),
)  # fmt: skip


def _head(clause: str) -> str | None:
    for pattern in _HEADS:
        if (found := pattern.search(clause)) and (inside := keys(found[1])):
            return inside[-1]
    return None


def _required(text: str) -> frozenset[str]:
    """Names, and the people one has: a brother's gift is not a sister's."""
    related = {
        key(word.text)
        for word in words(text)
        if word.text.lower().removesuffix("'s").rstrip("s") in RELATIONS
    }
    named = {found for name in names(text) for found in keys(name)}
    return frozenset(related | named)
