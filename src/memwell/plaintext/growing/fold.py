"""Folds what is new into a text, a prompt's room at a time; many texts side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput
from memwell.core.model import Prompt, T
from memwell.core.view import View
from memwell.models.prompts import Piece, Pieces


@dataclass(frozen=True, slots=True)
class Growing:
    """A text so far, and what is to be folded into it: the prompt's fields, round by round."""

    before: str
    rounds: Sequence[Mapping[str, Any]]


def grown(view: View, prompt: Prompt[T], each: Sequence[Growing]) -> list[T | InvalidOutput]:
    """The last answer for every text, or why there is none: one bad round spoils it.

    The prompt has a field `before`, the text so far, which is the last answer written out by `str`.
    """
    last: list[T | InvalidOutput | None] = [None for _ in each]
    for number in range(max((len(one.rounds) for one in each), default=0)):
        places = [
            place
            for place, one in enumerate(each)
            if number < len(one.rounds) and not isinstance(last[place], InvalidOutput)
        ]
        asked = [
            {**each[place].rounds[number], "before": str(last[place] or each[place].before)}
            for place in places
        ]
        for place, answer in zip(places, view.ask_each(prompt, asked), strict=True):
            last[place] = answer
    return [answer for answer in last if answer is not None]


def piece(cube: MemCube, *, dated: bool = False) -> Piece:
    """A memory as a line of a prompt."""
    role = cube.labels.get("role", "")
    return Piece(cube.text, cube.speaker or "", cube.at if dated else None, role)


def portions(pieces: Iterable[Piece], room: int) -> list[Pieces]:
    """The pieces in order, in portions of about `room` characters; none is cut."""
    portions: list[list[Piece]] = []
    left = 0
    for each in pieces:
        size = len(str(each)) + 1
        if not portions or size > left:
            portions.append([])
            left = room
        portions[-1].append(each)
        left -= size
    return [Pieces(portion) for portion in portions]
