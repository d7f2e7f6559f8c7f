"""Evidence, sentence by sentence: how much of a question each one speaks of, and about whom."""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from memwell.models.rules.question import RELATIONS, Asked
from memwell.models.rules.wording import STOP, WORD, key, keys

# A word counts in full in the sentence itself, for less around it: "She is called Juno" speaks of
# the dog of the sentence before.
IN_TURN = 0.75
IN_SESSION = 0.4

_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9À-Þ])|\n+")
_ASSISTANT = frozenset({"assistant", "ai", "system"})
_NO_SUBJECT = STOP | frozenset(
    """yes well oh congratulations happy perfect monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november
    december""".split()
)
_NAMED_SUBJECT = re.compile(
    r"\b(?P<name>[A-Z][\w'-]+) (?:has|had|is|was|does|did|went|goes|got|gets|took|takes|gave|gives|"
    r"lives|moved|works|wants|wanted|came|comes|bought|made|makes|said|says|told|lent|swears|likes|"
    r"loves|hates|[a-z]+ed|[a-z]+s)\b"
)
_RELATED_SUBJECT = re.compile(
    rf"(?i)\b(?:my|our|his|her|their|the) (?:\w+ )?(?P<name>{'|'.join(sorted(RELATIONS))})\b"
)
_SELF = re.compile(r"\b(?:I|I'm|I've|I'd|I'll|We|we|We're|We've|My|my|Our|our|me|us)\b")


@dataclass(frozen=True, slots=True)
class Item:
    """One remembered turn that may hold the answer, as retrieval ranked it."""

    text: str
    speaker: str = ""
    role: str = "user"
    at: datetime | None = None
    session: str = ""
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an item, with how much of the question it covers."""

    item: int
    place: int  # its position within the item
    text: str
    coverage: float  # idf-weighted share of the question's words spoken of, in [0, 1]
    own: float  # the same, by the sentence alone
    score: float  # coverage, with what speaks for or against this sentence


class Corpus:
    """All sentences of the evidence, ready to be scored against any words."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.split = [split(item.text) for item in items]
        self.own = [[frozenset(keys(text)) for text in texts] for texts in self.split]
        self.turns = [
            frozenset().union(*parts, keys(items[i].speaker)) for i, parts in enumerate(self.own)
        ]
        self.sessions: dict[str, frozenset[str]] = {}
        for item, turn in zip(items, self.turns, strict=True):
            self.sessions[item.session] = self.sessions.get(item.session, frozenset()) | turn
        self.df = Counter(found for parts in self.own for part in parts for found in part)
        self.size = sum(map(len, self.own))
        self.top = max((item.score for item in items), default=1.0) or 1.0

    def idf(self, found: str) -> float:
        """How telling a word is among these sentences; one that never occurs tells most."""
        return math.log(1 + self.size / (0.5 + self.df[found]))

    def rank(self, focus: Mapping[str, float], asked: Asked) -> list[Sentence]:
        """All sentences, the one that speaks most of the question first."""
        weights = {found: weight * self.idf(found) for found, weight in focus.items()}
        ranked = [
            self._sentence(item, place, weights, asked)
            for item in range(len(self.items))
            for place in range(len(self.split[item]))
        ]
        return sorted(ranked, key=lambda sentence: -sentence.score)

    def _sentence(
        self, item: int, place: int, weights: Mapping[str, float], asked: Asked
    ) -> Sentence:
        text = self.split[item][place]
        own, turn = self.own[item][place], self.turns[item]
        around = self.sessions[self.items[item].session]
        total = sum(weights.values()) or 1.0
        covered = sum(weight * _part(found, own, turn, around) for found, weight in weights.items())
        alone = sum(weight for found, weight in weights.items() if found in own)
        retrieved = 0.75 + 0.25 * max(0.0, self.items[item].score) / self.top
        score = (
            (covered + 0.35 * alone) / total * retrieved * fitness(self.items[item], text, asked)
        )
        return Sentence(item, place, text, covered / total, alone / total, score)


def _part(
    found: str, own: Collection[str], turn: Collection[str], around: Collection[str]
) -> float:
    if found in own:
        return 1.0
    if found in turn:
        return IN_TURN
    return IN_SESSION if found in around else 0.0


def fitness(item: Item, text: str, asked: Asked) -> float:
    """How well the one who speaks, and the one spoken of, fit the question."""
    fit = 1.0
    assistant = item.role in _ASSISTANT
    if asked.told:
        fit *= 1.0 if assistant else 0.6
    elif asked.mine:
        fit *= 0.6 if assistant else 1.0
    if text.rstrip(' "”').endswith("?"):
        fit *= 0.6
    if asked.mine and not asked.told and not assistant and others(text, asked):
        fit *= 0.55
    return fit


def others(text: str, asked: Asked) -> bool:
    """True when the sentence is about somebody the question does not ask about."""
    subject = subject_of(text)
    return subject is not None and key(subject) not in asked.focus


def subject_of(text: str) -> str | None:
    """Who the words are about, where that is not the speaker: the last one named before their end.

    "While I was away Ida went to Oslo" is about Ida; "Ida and I went" about the speaker.
    """
    found: list[tuple[int, str | None]] = [(match.start(), None) for match in _SELF.finditer(text)]
    found += [
        (match.start(), match["name"])
        for pattern in (_NAMED_SUBJECT, _RELATED_SUBJECT)
        for match in pattern.finditer(text)
        if match["name"].lower() not in _NO_SUBJECT
    ]
    if not found:
        return None
    first = min(found, key=lambda pair: pair[0])
    related = [name for start, name in found if name and start - first[0] < 4]
    return related[0] if related else first[1]


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _END.split(text) if part and WORD.search(part)]
