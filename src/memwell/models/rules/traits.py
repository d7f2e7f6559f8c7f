"""What people say of themselves, counted: tastes, skills, work, and how they feel.

A line is a statement that was made, and how often: "Ana likes hiking (3 times)". Nothing is
concluded from it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from memwell.models.prompts import Fact, Piece
from memwell.models.prompts.memorybank import Portrait
from memwell.models.rules import facts
from memwell.models.rules.reading.wording import wordset

TRAITS, FEELINGS = 24, 8  # lines of a portrait
_TOLD = frozenset(
    ("likes", "dislikes", "plays", "speaks", "studies", "works as", "works at", "is allergic to")
)
OTHERS = frozenset(("assistant", "system", "tool"))
_VAGUE = re.compile(
    r"^(?:how|that|what|when|where|it|its|this|is|was|to|you|your|them|all|the way)\b"
    r"|(?:\S+\s+){7}",
    re.IGNORECASE,
)
_TIMES = re.compile(r"^(?P<line>.*?)(?: \((?P<times>\d{1,6}) times\))?$")
_FELT = " felt "
_FEELING = wordset(
    """afraid amazed angry annoyed anxious ashamed blessed bored calm confident content depressed
    determined devastated disappointed down ecstatic embarrassed excited exhausted frustrated
    glad grateful guilty happy heartbroken hopeful hurt inspired jealous joyful lonely lost lucky
    mad miserable motivated nervous nostalgic optimistic overwhelmed peaceful pleased proud
    relaxed relieved sad satisfied scared shocked sorry stressed stuck surprised thankful
    thrilled tired unhappy upset worried"""
)
_FEELS = re.compile(
    r"\bI(?:['’]m|\s+am|\s+was|\s+feel|\s+felt|['’]ve\s+been|\s+have\s+been)\s+"
    r"(?:(?:so|really|very|pretty|quite|super|still|always|just|also|feeling|a\s+(?:bit|little))\s+)*"
    rf"(?P<feeling>{'|'.join(sorted(_FEELING))})\b",
)


def said(pieces: Iterable[Piece], at: datetime) -> Iterator[str]:
    """A line for every trait and feeling that somebody states of themselves, repeats included."""
    for piece in pieces:
        if piece.role in OTHERS:
            continue
        who = piece.speaker if piece.speaker not in ("", "user") else "The user"
        for fact in facts.find(piece.text, who, at):
            lasting = fact.relation in _TOLD or fact.relation.startswith("favourite ")
            if fact.subject == who and lasting and not _VAGUE.search(fact.object):
                yield f"{who}: {fact.text.strip()}" if fact.negated else _statement(fact)
        for found in _FEELS.finditer(piece.text):
            yield f"{who}{_FELT}{found['feeling']}"


def kept(text: str) -> Iterator[str]:
    """The lines of an earlier portrait, each as often as it was counted."""
    for line in filter(None, map(str.strip, text.splitlines())):
        if told := _TIMES.match(line):
            yield from [told["line"]] * min(int(told["times"] or 1), 10_000)


def portrait(lines: Iterable[str]) -> Portrait:
    """The lines that came most often, the first of equals first."""
    counted = [(line, times) for line, times in Counter(lines).most_common() if line]
    written = [f"{line} ({times} times)" if times > 1 else line for line, times in counted]
    return Portrait(
        traits=[line for line in written if _FELT not in line][:TRAITS],
        feelings=[line for line in written if _FELT in line][:FEELINGS],
    )


def _statement(fact: Fact) -> str:
    if fact.relation.startswith("favourite "):
        return f"{fact.subject}'s {fact.relation} is {fact.object}"
    return f"{fact.subject} {fact.relation} {fact.object}"
