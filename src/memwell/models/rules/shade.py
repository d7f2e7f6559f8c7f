"""A topic by rule: its keywords, its most central sentences, and what was stated in it."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from memwell.models.prompts import Piece
from memwell.models.prompts.secondme import Shade
from memwell.models.rules.central import central, lines
from memwell.models.rules.keywords import tells
from memwell.models.rules.reading.wording import WORD, wordset
from memwell.models.rules.traits import OTHERS, kept, portrait, said

ROOM, WORDS = 300, 4  # characters of a description, keywords of a name
SMALL = wordset(
    """absolutely agree always amazing around awesome back been best better bit can't congrats
    cool definitely even ever every everyone excited fantastic feel feeling feels felt find fun
    glad guys happy hard help here's hope important keep kind last later lately life like long
    looks love loved luck made makes making mean means need never new next nice people photo
    picture pretty proud ready recently right say seems sounds started stuff super support take
    talk tell there's time times today together totally tough trying week weekend what's will
    wonderful word words work working world year years yesterday yup"""
)
_SHOWN = re.compile(r"\[[^\]\n]*\]")  # what pictures show
SPEAKS = " speaks of "
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # relative times are only cut off, so any will do


def shade(fields: dict[str, Any]) -> Shade:
    """Answers the prompt SHADE(before, parts)."""
    parts: Sequence[Piece] = fields["parts"]
    first, _, trait = fields["before"].partition("\n\n")
    described = first.splitlines()[1:]
    given = [*described, *lines(parts)] or [str(piece) for piece in parts]
    description = central(given, ROOM)
    name = named(parts, described)
    now = next(
        (piece.at for piece in reversed(parts) if piece.at), datetime(2000, 1, 1, tzinfo=UTC)
    )
    earlier = [line for line in kept(trait) if SPEAKS not in line]
    stated = str(portrait([*earlier, *said(parts, now)]))
    spoken = f"{speaker(parts)}{SPEAKS}{name}"
    return Shade(
        name=name,
        description="\n".join(description),
        trait="\n".join(filter(None, [spoken, stated])),
    )


def named(parts: Sequence[Piece], described: Sequence[str]) -> str:
    """The telling words that come most often, without the names of those who speak."""
    said_by = {name.lower() for piece in parts for name in piece.speaker.split()}
    told = "\n".join([*described, *(piece.text for piece in parts)])
    counts = Counter(
        word
        for word in map(str.lower, WORD.findall(_SHOWN.sub(" ", told)))
        if len(word) > 2 and tells(word) and word not in SMALL and word not in said_by
    )
    return ", ".join(word for word, _ in counts.most_common(WORDS)) or "talk"


def speaker(parts: Sequence[Piece]) -> str:
    """Who says most, assistants left out."""
    said_by = Counter(
        piece.speaker for piece in parts if piece.role not in OTHERS and piece.speaker != "user"
    )
    return (said_by.most_common(1) or [("", 0)])[0][0] or "The user"
