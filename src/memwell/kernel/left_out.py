"""What a search did not return, and why: the other half of every answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice, pairwise

from memwell.core.cube import MemCube
from memwell.core.hit import Hit
from memwell.core.lifecycle import State
from memwell.core.store import Store
from memwell.core.view import Moment, View
from memwell.index.analysis import terms

ENDED = frozenset({State.EXPIRED, State.MERGED, State.ARCHIVED})
LOOKED_AT = 5_000  # memories that are searched no more
SHARED = 0.5  # of the query's words: less is no reason to have expected it


class Cause(StrEnum):
    """What kept a memory out."""

    LOWER = "ranked lower"
    MOMENT = "another time"  # it was not true, or not known, at the moment asked about
    FILTER = "filtered"  # another session, or other labels
    REPLACED = "superseded"  # an earlier wording of what was found, or merged into another memory
    ENDED = "expired"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A memory that one may have expected among the results."""

    cube: MemCube
    cause: Cause
    why: str
    hit: Hit | None = None  # its score, where it took part


def below(hits: Sequence[Hit], k: int) -> Iterator[LeftOut]:
    """Of a deeper search, what ranked after the first k."""
    last = hits[k - 1].score if len(hits) > k else 0.0
    for rank, hit in enumerate(hits[k:], k + 1):
        why = f"number {rank}, with a score of {hit.score:.3f}; the last one shown has {last:.3f}"
        yield LeftOut(hit.cube, Cause.LOWER, why, hit)


def outside(
    wide: Sequence[Hit], found: Iterable[str], moment: Moment, session: str | None, now: View
) -> Iterator[LeftOut]:
    """What would be found but for the moment, the session or the filter that was asked for."""
    there = set(found)
    for hit in wide:
        if hit.cube.id not in there:
            cause, why = _kept_out(hit.cube, moment, session, now)
            yield LeftOut(hit.cube, cause, why, hit)


def _kept_out(cube: MemCube, moment: Moment, session: str | None, now: View) -> tuple[Cause, str]:
    if moment.valid and moment.valid not in cube.valid:
        return Cause.MOMENT, f"it was not true on {_day(moment.valid)}"
    learnt = now.history(cube.id)[0].known.start
    if moment.known and learnt and moment.known < learnt:
        return Cause.MOMENT, f"it was not known before {_day(learnt)}"
    if session and cube.scope.session != session:
        return Cause.FILTER, f"it belongs to the session {cube.scope.session or 'of no name'}"
    return Cause.FILTER, "it does not fit the filter"


def reworded(hits: Iterable[Hit], view: View) -> Iterator[LeftOut]:
    """Earlier wordings of what was found."""
    for hit in hits:
        versions = view.history(hit.cube.id) if hit.cube.version > 1 else []
        for before, after in pairwise(versions):
            if before.text != after.text:
                why = f"reworded on {_day(after.known.start)}; version {after.version} says it now"
                yield LeftOut(before, Cause.REPLACED, why)


def ended(query: str, store: Store, view: View, most: int) -> list[LeftOut]:
    """What shares the query's words, but is searched no more: the closest first."""
    wanted = set(terms(query).tolist())
    cubes = islice(store.scan(view.scope, ENDED), LOOKED_AT) if wanted else iter(())
    shares = ((len(wanted & set(terms(cube.line).tolist())) / len(wanted), cube) for cube in cubes)
    close = sorted(
        (pair for pair in shares if pair[0] >= SHARED), key=lambda pair: pair[0], reverse=True
    )
    return [_ended(cube, store) for _, cube in close[:most]]


def _ended(cube: MemCube, store: Store) -> LeftOut:
    lines = store.journal(cube.id)
    reason = f": {lines[-1].applied.why}" if lines and lines[-1].applied.why else ""
    cause = Cause.REPLACED if cube.state is State.MERGED else Cause.ENDED
    return LeftOut(cube, cause, f"{cube.state} on {_day(cube.known.start)}{reason}")


def _day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M}" if moment else "an unknown day"
