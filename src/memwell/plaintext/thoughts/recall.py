"""Looking thoughts up by tag, having them filtered, and what that adds to the turns."""

from collections.abc import Sequence
from dataclasses import replace

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidOutput, ModelUnavailable
from memwell.core.hit import Hit, Reason
from memwell.core.view import Query, View
from memwell.index.flat import top
from memwell.index.fuse import descending, interleaved
from memwell.models.prompts.caim import THOUGHT_FILTER
from memwell.plaintext.thoughts.thought import pieces, read, tag_label
from memwell.plaintext.verbatim import cosines, coverage


def passing(query: Query, tags: Sequence[str], view: View, most: int) -> list[MemCube]:
    """Thoughts under one of the tags that pass the filter, most similar first."""
    under = view.only({"OR": [{tag_label(tag): "*"} for tag in tags]})
    evidence, embedding = under.evidence(query.text), view.embed([query.text])
    if not len(evidence):
        return []
    scores = coverage(query.text, evidence)
    if embedding is not None:
        scores = scores + cosines(evidence, embedding)
    found = [hit.cube for hit in view.hits(evidence, scores, top(scores, most), {})]
    shown = pieces([read(cube) for cube in found])
    at = query.at.replace(second=0, microsecond=0)
    try:
        chosen = view.ask(THOUGHT_FILTER, question=query.text, at=at, thoughts=shown).passing
    except (InvalidOutput, ModelUnavailable):
        return []
    return [found[n] for n in dict.fromkeys(chosen) if 0 <= n < len(found)]


def placed(
    query: Query,
    said: Sequence[Hit],
    thoughts: Sequence[MemCube],
    view: View,
    first: int,
    every: int,
) -> list[Hit]:
    """The turns, and among them what thoughts are about: turns, or thoughts over several."""
    guests = [hit for thought in thoughts if (hit := _guest(query, said, thought, view))]
    found = interleaved(said, guests, first, every, lambda hit: _key(query, hit.cube))
    scores = descending([hit.score for hit in found])
    return [replace(hit, score=score) for hit, score in zip(found, scores, strict=True)]


def _guest(query: Query, said: Sequence[Hit], thought: MemCube, view: View) -> Hit | None:
    """What to return for a thought; of a session, its best turn, where it is known."""
    reason = Reason("thought", 1.0, f"a thought about it: {thought.text}")
    turns = thought.source.parents
    turn = thought if len(turns) > 1 and query.by == "turn" else view.get(turns[0])
    if turn is None:
        return None
    known = (hit for hit in said if _key(query, hit.cube) == _key(query, turn))
    hit = next(known, Hit(turn, 0.0))
    return replace(hit, reasons=(*hit.reasons, reason))


def _key(query: Query, cube: MemCube) -> str | None:
    return cube.scope.session if query.by == "session" else cube.id
