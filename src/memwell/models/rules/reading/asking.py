"""The patterns that tell one kind of question from another: English, and no topic."""

import re
from enum import StrEnum


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
    TOWN = "town"
    NUMBER = "number"
    MONEY = "money"
    DURATION = "duration"
    WEEKDAY = "weekday"
    CLOCK = "clock"


COURTESY = re.compile(
    r"""(?ix)^(?: (?:hi|hello|hey|so|well|okay|ok|please|and|but|also)\b[\s,]*
      | (?:can|could|would|will)\ you\ (?:please\ )?
        (?:remind\ me(?:\ of)?|tell\ me|recall|remember|say|look\ up|list)\b\s*
      | (?:do|did)\ you\ (?:remember|recall|know)\b\s*
      | (?:please\ )?(?:remind|tell)\ me(?:\ of|\ again)?\b\s*
      | i(?:\ was|'m|\ am)\ (?:just\ )?wondering\b(?:\ if)?\s*
      | i(?:'d|\ would)?\ (?:like|want|wanted)\ to\ (?:know|confirm|check|follow\ up)\b\s* )+"""
)
ASKS = re.compile(
    r"(?i)\b(what|which|who|whom|whose|when|where|why|how|do|does|did|is|are|was|were|have|has|"
    r"can|could|should|list|name|any)\b"
)
WINDOW = re.compile(
    r"(?i)\b(?:(?:in|over|during|within|for) )?(?:the |these )?(?:last|past) (?:\w+ )?"
    r"(?:days?|weeks?|months?|years?)\b"
)
ADVICE = re.compile(
    r"""(?ix)\b(?:
        (?:can|could|would|will)\ you\ (?:recommend|suggest|help\ me\ (?:choose|pick|find))
      | any\ (?:suggestions?|recommendations?|tips|ideas|advice)
      | (?:what|which|where)\b.{0,40}?\bshould\ (?:i|we)
      | would\ (?:suit|i\ (?:like|enjoy))
      | (?:what|which)\b.{0,40}?\bdo\ i\ (?:like|prefer|enjoy)
      | do\ you\ have\ any )\b"""
)
ADVISED = re.compile(r"(?i)\byou (?:recommended|suggested|told|mentioned)\b")
TOLD = re.compile(
    r"(?i)\byou (?:\w+ )?(?:recommend|suggest|told|tell|mention|said|say|gave|give|provid|advise|"
    r"listed|wrote)"
)
EARLIEST = re.compile(
    r"(?i)\b(?:originally|at first|used to|initial(?:ly)?|former(?:ly)?|"
    r"before (?:i|we) (?:changed|switched))\b"
)
MINE = re.compile(r"(?i)\b(?:i|my|me|mine|we|our|us)\b")

_MONEY = (
    r"(?:cost|price|spen[dt]|spending|money|pay|paid|earn|earned|raised?|worth|charged?|owe[ds]?|"
    r"rent|fee|salary)"
)
_PASSING = r"pass|passed|elapsed|between|after|since|until|till|ago|when"

KINDS = (
    (
        Kind.ORDER,
        r"""\b(?:first|earlier|later|last)\b[^?]*,[^?]*\bor\b
          | \b(?:which|who|what)\b.*\b(?:first|earlier|before\ the\ other)\b.*\bor\b""",
    ),
    (
        Kind.SUM,
        rf"""\b{_MONEY}\b.*\b(?:total|altogether|overall|combined|so\ far)\b
          | \btotal\b.*\b{_MONEY}\b | \bgone\ into\b""",
    ),
    (
        Kind.ELAPSED,
        rf"""\bhow\ (?:many|much)\ (?:day|week|month|year|hour|time)s?\b.*
             \b(?:{_PASSING}|before|from)\b
          | \bhow\ long\b.*\b(?:{_PASSING})\b""",
    ),
    (Kind.COUNT, r"\bhow\ many\b | \bthe\ number\ of\b"),
    (
        Kind.WHEN,
        r"""\b(?:when|what\ date|which\ date)\b(?!\ i\b)
          | \b(?:what|which)\ (?:day|month|year)\ (?:did|was|were|had)\b""",
    ),
    (
        Kind.LIST,
        r"""^(?:which|what)\ (?:\w+\ ){0,2}?\w+(?<!s)s\ (?:have|did|do|are|were|had)\b
          | ^list\b | \b(?:all\ the|all\ of\ the|every)\ \w+""",
    ),
    (Kind.CHECK, r"^(?:do|does|did|is|are|was|were|have|has|had|am|can)\b"),
)
_NAMED_THINGS = """book film movie song band album shop bookshop restaurant cafe hotel hostel brand
    company website app artist author museum bar store school university"""
EXPECTS = (
    (Expect.WEEKDAY, r"\b(?:what|which)\ (?:week)?(?:day|evening|morning)s?\b | \bweekday\b"),
    (Expect.CLOCK, r"\b(?:what|which)\ time\b"),
    (Expect.DURATION, r"\bhow\ long\b"),
    (Expect.MONEY, rf"\bhow\ much\b.*\b{_MONEY}\b | \b(?:price|cost)\b"),
    (
        Expect.NUMBER,
        r"""\bhow\ (?:fast|high|old|tall|far|much|many|big|heavy)\b
          | \b(?:personal\ best|record|score)\b""",
    ),
    (Expect.NAME, r"\bname\b | \bcalled\b | \bdid\ (?:i|we)\ call\b | \btitle\b"),
    (Expect.PERSON, r"^(?:who|whom|whose)\b"),
    (
        Expect.TOWN,
        r"""\b(?:cities|towns|countries|villages)\b
          | \b(?:which|what)\ (?:city|town|country)\b""",
    ),
    (Expect.PLACE, r"\bwhere\b | \b(?:which|what)\ places?\b"),
    (Expect.NAME, rf"\b(?:which|what|that)\ (?:{'|'.join(_NAMED_THINGS.split())})\b"),
)
HEADS = (
    r"""\bname\ of\ (?:my|our|the|that|his|her|their)?\s*(?P<head>(?:[\w'-]+\s?){1,3}?)
        (?=[?,.]|\b(?:i|we|you|that|in|at|on|from|for|to)\b|$)""",
    r"""\bhow\ many\ (?:different\ |new\ )?(?P<head>(?:[\w'-]+\s){1,3}?)
        (?=of|from|in|on|at|for|to|with|that|which|did|do|does|is|are|was|were|have|has|had|can|
           should|would|will|i\b|we\b|you\b|since)""",
    r"""\b(?:what|which|list(?:\ of)?(?:\ all)?(?:\ the)?)\ (?P<head>(?:[\w'-]+\s){1,3}?)
        (?=did|do|does|is|are|was|were|have|has|had|can|should|would|will|i\b|we\b|you\b)""",
    r"\b(?:what|which)\ was\ (?:that|the)\ (?P<head>\w+)",
)


def kind_of(text: str, clause: str) -> Kind:
    """How the question is to be answered; advice given earlier is a fact, not a preference."""
    if ADVICE.search(text) and not ADVISED.search(text):
        return Kind.PREFERENCE
    return next((kind for kind, pattern in KINDS if _found(pattern, clause)), Kind.FACT)


def expects(clause: str) -> Expect:
    """What kind of thing would answer it."""
    return next((kind for kind, pattern in EXPECTS if _found(pattern, clause)), Expect.ANY)


def heads(clause: str) -> list[str]:
    """The words for the thing asked for, by each of the ways to ask."""
    return [found["head"] for pattern in HEADS if (found := _found(pattern, clause))]


def clause_of(text: str) -> str:
    """The last part of the text that asks, without its courtesies."""
    parts = [part.strip() for part in re.split(r"(?<=[.?!;])\s+", text.strip()) if part.strip()]
    asking = [part for part in parts if part.endswith("?")] or [
        part for part in parts if ASKS.match(COURTESY.sub("", part))
    ]
    chosen = asking[-1] if asking else (parts[-1] if parts else text)
    return COURTESY.sub("", chosen) or chosen


def _found(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.IGNORECASE | re.VERBOSE)
