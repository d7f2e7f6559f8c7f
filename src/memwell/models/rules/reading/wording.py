"""Words as they are compared: lower case, stemmed, irregular forms and near-synonyms made one.

Two texts speak of the same thing where their keys meet: "bought" and "purchase", "10k" and "ten
kilometres", "bike" and "bicycle".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import Stemmer

WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)


# Words whose keys depend on what follows: "10k", "been to".
_TOLD_BY_NEXT = re.compile(r"\dk\b|\bbeen to")


def wordset(text: str) -> frozenset[str]:
    """The words of a text, as a set: how this package writes its word lists."""
    return frozenset(text.split())


STOP = wordset(
    """a about again all also am an and any are aren't as at be been being but by can can't could
    couldn't did didn't do does doesn't doing don't down each ever few for from had has hasn't have
    haven't having he he'd he's her here hers herself him himself his how i i'd i'll i'm i've if in
    into is isn't it it's its itself just me more most my myself no nor not of off on only or other
    our ours ourselves out over own same shall she she'd she's should so some such than that that's
    the their theirs them themselves then there there's these they they'd they're they've this
    those through to too under until up us very was wasn't we we'd we're we've were weren't what
    what's when where where's which while who who's whom whose why will with won't would wouldn't
    you you'd you're you've your yours yourself s t d ll m re ve"""
)

_COUNTED = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen twenty"""
_TENS = "thirty forty fifty sixty seventy eighty ninety hundred"
NUMBERS = {word: value for value, word in enumerate(_COUNTED.split())}
NUMBERS |= {word: 10 * value for value, word in enumerate(_TENS.split(), 3)}

_IRREGULAR = {
    form: base
    for base, forms in {
        "go": "went gone goes",
        "buy": "bought",
        "run": "ran",
        "give": "gave given",
        "get": "got gotten",
        "make": "made",
        "bring": "brought",
        "take": "took taken",
        "come": "came",
        "tell": "told",
        "say": "said",
        "meet": "met",
        "see": "saw seen",
        "write": "wrote written",
        "eat": "ate eaten",
        "pay": "paid",
        "spend": "spent",
        "sell": "sold",
        "think": "thought",
        "find": "found",
        "leave": "left",
        "keep": "kept",
        "begin": "began begun",
        "win": "won",
        "lose": "lost",
        "drive": "drove driven",
        "fly": "flew flown",
        "sleep": "slept",
        "teach": "taught",
        "feel": "felt",
        "hold": "held",
        "build": "built",
        "send": "sent",
        "catch": "caught",
        "choose": "chose chosen",
        "grow": "grew grown",
        "know": "knew known",
        "wear": "wore worn",
        "break": "broke broken",
        "sing": "sang sung",
        "swim": "swam swum",
        "speak": "spoke spoken",
        "steal": "stole stolen",
        "wake": "woke woken",
        "child": "children",
        "person": "people",
        "wife": "wives",
    }.items()
    for form in forms.split()
}

# Near-synonyms of everyday talk; each line counts as one word.
_GROUPS = """
    job work occupation profession career employer
    house apartment flat
    live reside
    buy purchase acquire treat order
    cost price pay spend expense money
    name call
    visit travel trip journey tour go been
    adopt bring
    gift present give
    recommend suggest advise tell mention
    favourite favorite prefer like love enjoy adore
    restaurant dinner eat meal food lunch cuisine table cook
    movie film
    doctor physician
    car vehicle
    bike bicycle
    mum mom mother
    dad father
    grandmother grandma granny gran
    grandfather grandpa grandad granddad
    start begin
    finish complete
    shop store
    city town
    colleague coworker
    photo picture
    sofa couch
    ill sick
    class course lesson
    kilometre kilometer km
    tv television
    phone telephone
    wait hear
    pet animal
    exam test
""".strip().splitlines()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, with where it stands and what it is compared by."""

    text: str
    start: int
    keys: tuple[str, ...]


def words(text: str) -> Iterator[Word]:
    """All words in order; stopwords have no keys."""
    for found in WORD.finditer(text.replace("’", "'")):
        yield Word(
            found[0], found.start(), _keys(found[0].lower(), text[found.end() : found.end() + 4])
        )


def keys(text: str) -> tuple[str, ...]:
    """What a text is compared by, in order."""
    lower = text.replace("’", "'").lower()
    if _TOLD_BY_NEXT.search(lower):
        return tuple(key for word in words(text) for key in word.keys)
    found: list[str] = []
    for word in WORD.findall(lower):
        found += _alone(word)
    return tuple(found)


@cache
def _alone(word: str) -> tuple[str, ...]:
    return _keys(word, "")


@cache
def key(word: str) -> str:
    """What one word is compared by, stopword or not."""
    bare = word.lower().removesuffix("'s")
    base = stem(_IRREGULAR.get(bare, bare))
    return _group().get(base, base)


@cache
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word."""
    return str(Stemmer.Stemmer("english").stemWord(word))


def _keys(word: str, after: str) -> tuple[str, ...]:
    if word == "been" and after.startswith(" to"):
        return (key("visit"),)
    if word in STOP:
        return ()
    if word in NUMBERS:
        return (str(NUMBERS[word]),)
    if word[0].isdigit():
        thousand_metres = re.match(r"k\b", after) is not None
        return (word.replace(",", ""), key("km")) if thousand_metres else (word.replace(",", ""),)
    # The k of "10k" was taken with its number.
    return () if word == "k" else (key(word),)


@cache
def _group() -> dict[str, str]:
    return {stem(word): f"~{line.split()[0]}" for line in _GROUPS for word in line.strip().split()}
