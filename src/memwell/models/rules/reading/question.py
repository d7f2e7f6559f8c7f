"""What a question asks for: its kind, the kind of thing that would answer it, and its words."""

from dataclasses import dataclass
from datetime import datetime

from memwell.models.rules.reading import asking
from memwell.models.rules.reading.asking import Expect, Kind
from memwell.models.rules.reading.wording import STOP, key, keys, words, wordset

__all__ = ["Asked", "Expect", "Kind", "analyse", "focus", "names"]


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
    at: datetime  # when it is asked


RELATIONS = wordset(
    """mother father mum mom dad brother sister son daughter wife husband partner boyfriend
    girlfriend fiancé fiancée uncle aunt cousin nephew niece grandmother grandfather grandma
    grandpa parent boss manager colleague coworker neighbour neighbor friend roommate flatmate
    landlord teacher doctor therapist dentist coach mentor"""
)
# Words that ask, count or place in time, and so say nothing about the subject.
_EMPTY = frozenset(
    key(word)
    for word in wordset(
        """day days date time times week weeks month months year years many much long often ago
        passed pass elapsed total altogether overall combined recently recent currently current now
        nowadays today these last past previous previously earlier so far kind sort type thing
        things remind list name called call again exactly usually please number amount weekday
        evening tonight tomorrow weekend suit first latest newest old yet still conversation
        discussed talked mentioned told"""
    )
)


def analyse(text: str, at: datetime) -> Asked:
    """The question taken apart; works on how it is put, knows no topic."""
    clause = asking.clause_of(text)
    return Asked(
        text=text,
        at=at,
        clause=clause,
        kind=asking.kind_of(text, clause),
        expects=asking.expects(clause),
        head=next((inside[-1] for head in asking.heads(clause) if (inside := keys(head))), None),
        focus=focus(text, clause),
        required=_required(text),
        mine=asking.MINE.search(text) is not None,
        told=asking.TOLD.search(text) is not None,
        earliest=asking.EARLIEST.search(text) is not None,
    )


def focus(text: str, clause: str | None = None) -> dict[str, float]:
    """The words the evidence should share; those outside the asking clause count for less."""
    bare = asking.WINDOW.sub(" ", text)
    inside = set(keys(clause)) if clause is not None else set(keys(bare))
    weights = {found: 1.0 if found in inside else 0.6 for found in keys(bare)}
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


def _required(text: str) -> frozenset[str]:
    """Names, and the people one has: a brother's gift is not a sister's."""
    related = {
        key(word.text)
        for word in words(text)
        if word.text.lower().removesuffix("'s").rstrip("s") in RELATIONS
    }
    named = {found for name in names(text) for found in keys(name)}
    return frozenset(related | named)
