"""What is said for the user to others, and the memories it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from memwell.core.hit import Hit
from memwell.models.prompts import Piece, Pieces


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said for the user, and the memories it rests on."""

    text: str
    sources: tuple[str, ...]  # ids of cubes
    satisfied: bool = True  # of a critique: whether the response serves the user as it stands


def pieces(hits: Sequence[Hit]) -> Pieces:
    """Memories as numbered lines of a prompt."""
    return Pieces([
        Piece(
            hit.cube.text, hit.cube.speaker or "", hit.cube.at, hit.cube.labels.get("role", ""),
            score=hit.score,
        )
        for hit in hits
    ])  # fmt: skip


def cited(hits: Sequence[Hit], numbers: Sequence[int]) -> tuple[str, ...]:
    """Ids of the memories with these numbers; those that are none are left out."""
    return tuple(hits[number].cube.id for number in numbers if 0 <= number < len(hits))
