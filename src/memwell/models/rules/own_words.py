"""Which memories are what the user said, as a statement."""

from collections.abc import Iterator
from typing import Any

from memwell.models.prompts import Piece
from memwell.models.rules.traits import OTHERS


def own_words(fields: dict[str, Any]) -> Iterator[tuple[int, Piece]]:
    """Number and memory, of the fields `who` (the user's name) and `memories`, in their order."""
    for number, piece in enumerate(fields["memories"]):
        theirs = piece.role not in OTHERS and piece.speaker in ("", "user", fields["who"])
        if theirs and not piece.text.rstrip().endswith("?"):
            yield number, piece
