"""A topic by rule: its keywords, its most central sentences, and what was stated in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from memwell.models.prompts import Piece
from memwell.models.prompts.secondme import Shade
from memwell.models.rules import keywords
from memwell.models.rules.central import central, lines
from memwell.models.rules.traits import OTHERS, kept, portrait, said

ROOM, WORDS = 300, 4  # characters of a description, keywords of a name
SPEAKS = " speaks of "
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # relative times are only cut off, so any will do


def shade(fields: dict[str, Any]) -> Shade:
    """Answers the prompt SHADE(before, parts)."""
    parts: Sequence[Piece] = fields["parts"]
    first, _, trait = fields["before"].partition("\n\n")
    described = first.splitlines()[1:]
    given = [*described, *lines(parts)] or [str(piece) for piece in parts]
    description = central(given, ROOM)
    name = named([*described, *(piece.text for piece in parts)])
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


def named(texts: Sequence[str]) -> str:
    """The words that come most often, without the names of those who speak."""
    found = keywords.find("\n".join(texts), 3 * WORDS)
    speakers = {text.partition(": ")[0].lower() for text in texts if ": " in text}
    return ", ".join([word for word in found if word.lower() not in speakers][:WORDS]) or "talk"


def speaker(parts: Sequence[Piece]) -> str:
    """Who says most, assistants left out."""
    said_by = Counter(
        piece.speaker for piece in parts if piece.role not in OTHERS and piece.speaker != "user"
    )
    return (said_by.most_common(1) or [("", 0)])[0][0] or "The user"
