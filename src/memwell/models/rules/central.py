"""The most central sentences of what was said: those whose words the others share.

Extractive: nothing is put into new words. Each line is one sentence with its speaker, so that a
text made of such lines can be shortened again together with what came later.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from memwell.models.prompts import Piece
from memwell.models.rules.keywords import tells
from memwell.models.rules.reading.sentences import split
from memwell.models.rules.reading.wording import WORD, keys

SHORTEST = 4  # telling and other words: less is a greeting
_ADDRESSES = re.compile(r"\b(?:you|your|yours|that's|it's)\b", re.IGNORECASE)
_SPEAKER = re.compile(r"^\s*(?:\d{4}-\d\d-\d\d )?(?:[^:\n]{1,40}: )?")


def lines(pieces: Iterable[Piece]) -> list[str]:
    """Every sentence that states something, after the name of who said it."""
    return [
        f"{who}: {sentence}" if (who := piece.speaker or piece.role) else sentence
        for piece in pieces
        for sentence in (each.strip() for each in split(piece.text))
        if not sentence.endswith("?") and len(WORD.findall(sentence)) >= SHORTEST
    ]


def central(given: Sequence[str], room: int) -> list[str]:
    """The most central of the lines, in their order, of at most `room` characters in all.

    A line counts for the words it shares with others that no chosen line holds yet, and half where
    it speaks to somebody ("that's great of you"); of equal ones the first is taken. One line is
    chosen even where it is too long.
    """
    given = list(dict.fromkeys(line for line in given if line.strip()))
    words = [_words(line) for line in given]
    weights = Counter(word for each in words for word in each)
    chosen: list[int] = []
    covered: set[str] = set()
    left = set(range(len(given)))

    def worth(place: int) -> float:
        fresh = words[place] - covered
        told = sum(weights[word] for word in fresh) / math.sqrt(4 + len(fresh))
        return told / 2 if _ADDRESSES.search(given[place]) else told

    while left:
        best = max(left, key=lambda place: (worth(place), -place))
        left.discard(best)
        if chosen and len(given[best]) + 1 > room:
            continue
        chosen.append(best)
        covered |= words[best]
        room -= len(given[best]) + 1
    return [given[place] for place in sorted(chosen)]


def _words(line: str) -> frozenset[str]:
    told = _SPEAKER.sub("", line, count=1)
    return frozenset(keys(" ".join(word for word in WORD.findall(told) if tells(word.lower()))))
