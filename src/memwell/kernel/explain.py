"""Why a memory was returned, or why it was not."""

from collections.abc import Sequence
from dataclasses import dataclass

from memwell.core.cube import MemCube
from memwell.core.hit import Hit, Reason
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.view import View

DEPTH = 1000  # results looked through for the memory in question


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rank of a memory for a query and the reasons, or what kept it out."""

    cube: MemCube
    rank: int | None  # from 1; None when it was not found
    score: float | None
    reasons: tuple[Reason, ...]
    verdict: str
    ahead: Hit | None = None  # the memory ranked just before it


def explained(versions: Sequence[MemCube], hits: Sequence[Hit], view: View) -> Explanation:
    """Looks the memory up among the hits of a deep search."""
    cube = versions[-1]
    for place, hit in enumerate(hits):
        if hit.cube.id == cube.id:
            before = hits[place - 1] if place else None
            verdict = "the best result" if not place else f"result number {place + 1}"
            return Explanation(cube, place + 1, hit.score, hit.reasons, verdict, before)
    return Explanation(cube, None, None, (), _kept_out(cube, view))


def _kept_out(cube: MemCube, view: View) -> str:
    if not view.history(cube.id):
        return "it belongs to another scope"
    if cube.state is State.EXPIRED:
        return f"it expired on {cube.known.start:%Y-%m-%d %H:%M}"
    if cube.state not in SEARCHABLE:
        return f"it is {cube.state}, and such memories are not searched"
    return f"it is not among the first {DEPTH} results"
