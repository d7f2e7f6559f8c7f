"""Values as pages show them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Literal

from memwell.app.show.reasons import named
from memwell.core.hit import Reason

NAUGHT = 0.0005  # parts of a score that would be shown as zero are not shown
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 4_000  # words of a text that is compared word by word


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, came or went."""

    kind: Literal["same", "new", "old"]
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """What changed between two texts, word by word."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > LONGEST:
        return [Piece("old", before), Piece("new", after)] if before != after else []
    return list(_pieces(old, new))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Piece("old", "".join(old[a:b]))
        if d > c:
            yield Piece("new", "".join(new[c:d]))


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason of a score: its name, its points, and its share of all that speaks for a hit."""

    name: str
    value: float
    percent: int


def bars(reasons: Sequence[Reason]) -> list[Bar]:
    """The parts that count, the largest first."""
    whole = sum(reason.value for reason in reasons if reason.value > 0) or 1.0
    told = [reason for reason in reasons if abs(reason.value) >= NAUGHT]
    told.sort(key=lambda reason: -abs(reason.value))
    return [
        Bar(
            named(each),
            each.value,
            min(100, round(100 * abs(each.value) / whole)),
        )
        for each in told
    ]


def day(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{at.day} {at:%B %Y}"


def minute(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{at.day} {at:%b %Y}, {at:%H:%M}"


def size(count: int) -> str:
    """Bytes, in the unit that suits them."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def brief(text: str, most: int = 120) -> str:
    """The beginning, cut between two words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[:most].rsplit(" ", 1)[0]
    return f"{cut or line[:most]} …"
