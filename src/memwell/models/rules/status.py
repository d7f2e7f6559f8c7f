"""What occupies the user these days, by rule: the most central sentences of late."""

from typing import Any

from memwell.models.prompts.secondme import Biography
from memwell.models.rules.central import central, lines

ROOM = 800  # characters


def status(fields: dict[str, Any]) -> Biography:
    """Answers the prompt STATUS(at, parts)."""
    parts = fields["parts"]
    given = lines(parts) or [str(piece) for piece in parts]
    return Biography(text="\n".join(central(given, ROOM)))
