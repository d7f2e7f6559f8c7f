"""Whose something is: "my sister's dog" is a dog of a sister of the speaker, not the speaker's."""

import re
from dataclasses import dataclass
from functools import cache

from memwell.models.prompts import Piece
from memwell.models.rules.reading.question import RELATIONS, Asked
from memwell.models.rules.reading.spans import CALENDAR
from memwell.models.rules.reading.wording import STOP, key, keys, wordset

ME = "me"
_ANIMALS = wordset(
    """animal pet bird fish dog cat parrot budgie canary rabbit bunny hamster gerbil mouse rat
    ferret horse pony donkey goat sheep cow pig hen chicken rooster duck goose tortoise turtle snake
    lizard gecko goldfish hedgehog alpaca"""
)
_KINDS = {
    word: kind
    for kind, listed in {
        "dog": """puppy pup wolfhound hound terrier poodle labrador retriever beagle dachshund
            spaniel collie corgi greyhound husky bulldog""",
        "cat": "kitten tabby",
        "rabbit": "bunny",
        "horse": "pony mare gelding",
        "child": "kid",
    }.items()
    for word in listed.split()
}
_PEOPLE = RELATIONS | wordset(
    """child kid baby twin grandson granddaughter godson goddaughter godmother godfather sibling
    mother-in-law father-in-law sister-in-law brother-in-law stepmother stepfather stepson
    stepdaughter stepbrother stepsister fiance fiancee plumber electrician lawyer accountant
    gardener nanny babysitter vet trainer tutor hairdresser"""
)
_TOKEN = re.compile(r"[^\W_](?:[\w-]*\w)?(?:['’]s\b|(?<=s)['’](?=\s))?")
_DETERMINERS = {"my": ME, "our": ME, "the": ME, "your": "you", "his": "?", "her": "?", "their": "?"}


@dataclass(frozen=True, slots=True)
class Owned:
    """Something somebody has: whose it is, through whom, and what is said to tell it apart."""

    root: str | None  # ME, "you", "?" for a pronoun, a name in lower case, or None where untold
    through: tuple[str, ...]  # kinds of those between: ("sister",) in "my sister's dog"
    start: int  # where the words for it begin
    bare: bool = False  # "the dog", "a dog": nobody is named as its owner


@cache
def kind(noun: str) -> str:
    """What a noun is compared by: a puppy is a dog, and neighbours are neighbours of one kind."""
    lower = noun.lower().replace("’", "'").removesuffix("'").removesuffix("'s")
    singular = lower.removesuffix("s")
    return key(_KINDS.get(lower) or _KINDS.get(singular) or lower)


ANIMATE = frozenset(map(kind, _ANIMALS | _PEOPLE))
_PERSONAL = frozenset(map(kind, _PEOPLE))


@cache
def forms(wanted: str) -> frozenset[str]:
    """The keys of the words that name something of a kind."""
    kinds = {key(word) for word, general in _KINDS.items() if key(general) == wanted}
    return frozenset({wanted, *kinds, *keys(wanted.replace("-", " "))})


def personal(noun: str) -> bool:
    return kind(noun) in _PERSONAL


def owned(before: str) -> Owned:
    """Whose the thing is that is named right after these words: "I walked my sister's " (dog)."""
    through: list[str] = []
    edge = start = len(before)
    for token in reversed(list(_TOKEN.finditer(before, max(0, edge - 60)))[-5:]):
        word, lower = token[0], token[0].lower()
        if before[token.end() : edge].strip():
            break
        edge = token.start()
        if lower in _DETERMINERS:
            bare = lower == "the" and not through
            return Owned(_DETERMINERS[lower], tuple(reversed(through)), edge, bare)
        if word[-1] in "'’" or word[-2:] in ("'s", "’s"):
            if word[0].isupper():
                return Owned(_bare(word), tuple(reversed(through)), edge)
            through.append(kind(word))
        elif (lower in STOP and lower != "own") or (word[0].isupper() and not through):
            break
        start = edge
    return Owned(None, tuple(reversed(through)), start, bare=True)


def _bare(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'").removesuffix("'s")


_SUBJECTS = re.compile(
    r"\b(?P<me>I|[Ww]e|I['’]\w+|[Ww]e['’]\w+)\b(?!['’]s)|"
    r"\b(?P<of>[Mm]y|[Oo]ur)\s+(?P<rest>(?:[\w-]+(?:['’]s|s['’])?\s+){0,2}?)(?P<noun>[\w-]+)\b"
    r"(?!['’])(?P<alias>,? [A-ZÀ-Þ]\w+)?|"
    r"\b(?P<they>[Hh]e|[Ss]he|[Tt]hey)\b|"
    r"\b(?P<name>[A-ZÀ-Þ][\w-]+)\b(?!['’])"
)


_NO_NAMES = (
    STOP
    | CALENDAR
    | wordset(
        """today yesterday tonight tomorrow last next everybody everyone everything somebody someone
        something nobody nothing one two three still back once even maybe perhaps well oh yes no
        turns guess thanks great congratulations"""
    )
)


def subjects(clause: str) -> frozenset[str]:
    """Who is spoken of before what is done: ME, kinds of relatives, "?" for he or she, names."""
    found: set[str] = set()
    for match in _SUBJECTS.finditer(clause):
        if match["me"]:
            found.add(ME)
        elif match["they"]:
            found.add("?")
        elif match["noun"]:
            if personal(match["noun"]):
                found.add(kind(match["noun"]))
                found |= {match["alias"].lstrip(", ").lower()} if match["alias"] else set()
        elif match["name"].lower() not in _NO_NAMES and not match["name"].endswith(("ly", "ing")):
            found.add(match["name"].lower())
    return frozenset(found)


def is_mine(item: Piece) -> bool:
    return item.role not in {"assistant", "ai", "system"}


_AUXILIARY = re.compile(
    r"(?i)(?:\b(?:do|does|did|am|is|are|was|were|have|has|had|can|could|will)|['’]s)\s+"
)
_NOBODY = wordset("you what who where when how why which it there this that the")


def about(clause: str) -> frozenset[str]:
    """Whom a question is about: ME, a kind of relative, or a name; empty where it is a thing."""
    for auxiliary in _AUXILIARY.finditer(clause):
        rest = clause[auxiliary.end() :]
        if re.match(r"(?i)(?:i|we)\b", rest):
            return frozenset({ME})
        if (found := _SUBJECTS.match(rest)) and not found["they"]:
            return frozenset() if found["me"] else subjects(found[0])
    return frozenset()


def foreign_to(asked: Asked, text: str, item: Piece) -> bool:
    """True where the words are about somebody, and not about whom the question asks."""
    return foreign(about(asked.clause), text, item) if not asked.told else False


def foreign(who: frozenset[str], text: str, item: Piece) -> bool:
    """True where the words are about somebody, and not about these."""
    said = subjects(text) if is_mine(item) else frozenset()
    if not who or not said or who & said:
        return False
    if ME in who:
        return bool(said & _PERSONAL) and not re.search(r"(?i)\b(?:me|us|mine)\b", text)
    if ME in said:
        speaker = item.speaker.lower()
        return speaker not in who and speaker not in {"", "user"} and "you" not in text.lower()
    return item.speaker.lower() in who and bool(said & _PERSONAL)
