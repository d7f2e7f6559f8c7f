"""Evidence, sentence by sentence: how much of a question each one speaks of, and about whom."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from memwell.models.prompts import Piece
from memwell.models.rules.reading.question import RELATIONS, Asked
from memwell.models.rules.reading.wording import STOP, WORD, key, keys, wordset

# A word counts in full in the sentence itself, for less around it: "She is called Juno" speaks of
# the dog of the sentence before.
NEAR = 0.7
STRANGER = 0.7
RETRIEVED = 0.5
OTHERS = 0.25
IN_TURN = 0.85
IN_SESSION = 0.75

_END = re.compile(
    r"(?<=[.!?…])(?<!\b(?:Dr|Mr|St|vs)\.)(?<!\b(?:Mrs|e\.g|i\.e)\.)[\"”’)]*\s+"
    r"(?=[\"“‘(]?[A-Z0-9À-Þ])|\n+"
)
_ASSISTANT = frozenset({"assistant", "ai", "system"})
_NO_SUBJECT = STOP | wordset(
    """everybody everyone everything somebody someone something nobody nothing anybody guess back
    home still midweek sudden true done yes well oh congratulations happy perfect monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august
    september october november december"""
)
_NAMED_SUBJECT = re.compile(
    r"\b(?P<name>[A-Z][\w'-]+(?<!ly)(?<!ing))(?: (?:at|from|of) \w+)? (?:did|had|went|got|"
    r"took|gave|came|bought|made|said|told|lent|[a-z]+ed|[a-z]+s)\b"
)
_RELATED_SUBJECT = re.compile(
    rf"(?i)\b(?:my|our|his|her|their|the) (?:\w+ )?(?P<name>{'|'.join(sorted(RELATIONS))})\b"
)
_SELF = re.compile(r"\b(?:I|I'm|I've|I'd|I'll|We|we|We're|We've|My|my|Our|our|me|us)\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an item, with how much of the question it covers."""

    item: int
    place: int  # its position within the item
    text: str
    coverage: float  # idf-weighted share of the question's words spoken of, in [0, 1]
    own: float  # the same, by the sentence alone
    base: float  # coverage, with what speaks for or against this sentence
    fair: float = 1.0  # less where it is about somebody the question does not ask about
    strange: bool = False  # shares no word itself, though it stands among what does

    @property
    def score(self) -> float:
        return self.base * self.fair * (STRANGER if self.strange else 1.0)


class Corpus:
    """All sentences of the evidence, ready to be scored against any words."""

    def __init__(self, items: Sequence[Piece]) -> None:
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
        self.top = max((item.score for item in items), default=0.0)
        self.low = min((item.score for item in items), default=0.0)

    def sentences(self) -> Iterator[tuple[int, int, str]]:
        """Every sentence, with its item and its place there."""
        for item, texts in enumerate(self.split):
            for place, text in enumerate(texts):
                yield item, place, text

    def whole(self, item: int, place: int) -> Sentence:
        """A sentence that is known to say what was asked."""
        return Sentence(item, place, self.split[item][place], coverage=1.0, own=1.0, base=1.0)

    def said(self, sentence: Sentence) -> tuple[float, int]:
        """When it was said, and how late in its turn: grows with time."""
        at = self.items[sentence.item].at
        return at.timestamp() if at else 0.0, sentence.place

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
        if around.isdisjoint(weights):
            return Sentence(item, place, text, coverage=0.0, own=0.0, base=0.0, strange=True)
        near = self.own[item][max(0, place - 1) : place + 2]
        total = sum(weights.values()) or 1.0
        covered = sum(weight * _part(found, own, turn, around) for found, weight in weights.items())
        alone = sum(
            weight * (1.0 if found in own else NEAR)
            for found, weight in weights.items()
            if any(found in part for part in near)
        )
        fit = fitness(self.items[item], text, asked)
        fit *= 1 - RETRIEVED * (1 - self._retrieved(item))
        return Sentence(
            item=item,
            place=place,
            text=text,
            coverage=covered / total,
            own=alone / total,
            base=(covered + 0.35 * alone) / total * fit,
            fair=OTHERS if others(text, self.items[item], asked) else 1.0,
            strange=not any(found in own for found in weights),
        )

    def _retrieved(self, item: int) -> float:
        """How highly retrieval thinks of an item, from 0 (the least of these) to 1 (the most)."""
        spread = self.top - self.low
        return (self.items[item].score - self.low) / spread if spread > 0 else 1.0

    def nearby(self, sentence: Sentence) -> str:
        """A sentence with the ones before and after it in the same turn."""
        return " ".join(self.split[sentence.item][max(0, sentence.place - 1) : sentence.place + 2])


def _part(
    found: str, own: Collection[str], turn: Collection[str], around: Collection[str]
) -> float:
    if found in own:
        return 1.0
    if found in turn:
        return IN_TURN
    return IN_SESSION if found in around else 0.0


def fitness(item: Piece, text: str, asked: Asked) -> float:
    """How well the one who speaks, and the one spoken of, fit the question."""
    fit = 1.0
    assistant = item.role in _ASSISTANT
    if asked.told:
        fit *= 1.0 if assistant else 0.6
    elif asked.mine:
        fit *= 0.6 if assistant else 1.0
    if text.rstrip(' "”').endswith("?"):
        fit *= 0.6
    return fit


def others(text: str, item: Piece, asked: Asked, *, last: bool = False) -> bool:
    """True when one's own words are about somebody the question does not ask about."""
    if not asked.mine or asked.told or item.role in _ASSISTANT:
        return False
    subject = subject_of(text, last=last)
    return subject is not None and key(subject) not in asked.focus


def subject_of(text: str, *, last: bool = False) -> str | None:
    """Who the words are about, where that is not the speaker: the first one named, or the last.

    "Ida and I went" is about the speaker; "While I was away Ida went to Oslo" ends on Ida.
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
    chosen = (max if last else min)(found, key=lambda pair: pair[0])
    # "My sister" is two subjects at once: the speaker's "my", and the sister.
    related = [name for start, name in found if name and abs(start - chosen[0]) < 4]
    return related[0] if related else chosen[1]


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _END.split(text) if part and WORD.search(part)]
