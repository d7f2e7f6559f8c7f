"""Retrieval that minds trust, the same for every strategy.

At equal relevance what is trusted less stands below what is trusted more, and never keeps it out of
the results. A memory that is trusted less is taken for less relevant by a bounded part of its
score, and stands below every more trusted one within that part. Among memories of the same trust
the strategy's order stays; where all are trusted in full nothing changes at all.
"""

from dataclasses import replace

from memwell.core.hit import Hit, Reason
from memwell.core.strategy import Strategy
from memwell.core.trust import FULL, named
from memwell.core.view import Query, View

SHARE = 0.2  # of its score that a memory without any trust loses
MORE, GROWTH = 20, 4  # further memories looked at where some are not trusted in full


def retrieve(strategy: Strategy, query: Query, view: View, k: int) -> list[Hit]:
    """The k best of a strategy, best first, in an order that minds trust."""
    hits = strategy.retrieve(query, view, k)
    if all(_trust(hit) >= FULL for hit in hits):
        return hits
    depth = k + MORE
    while True:
        further = strategy.retrieve(query, view, depth)
        known = {hit.cube.id for hit in hits}
        hits += [hit for hit in further if hit.cube.id not in known]
        found = ordered(hits)[:k]
        if len(further) < depth or not _may_follow(further[-1], found, hits):
            return found
        depth *= GROWTH


def _may_follow(last: Hit, found: list[Hit], hits: list[Hit]) -> bool:
    """Whether what comes after the last one looked at might belong above some that were found."""
    given = {hit.cube.id: hit for hit in hits}
    trusted = replace(last, cube=replace(last.cube, source=replace(last.cube.source, trust=FULL)))
    return any(outranks(trusted, given[hit.cube.id]) for hit in found)


def ordered(hits: list[Hit]) -> list[Hit]:
    """The most trusted in their order; each other one below those it must not outrank."""
    places = {hit.cube.id: place for place, hit in enumerate(hits)}
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: -_trust(hit)):
        above = [
            place
            for place, each in enumerate(found)
            if places[each.cube.id] < places[hit.cube.id] or outranks(each, hit)
        ]
        found.insert(above[-1] + 1 if above else 0, hit)
    return _told(found)


def outranks(hit: Hit, other: Hit) -> bool:
    """Whether a hit is trusted more, and is no more than a little less relevant."""
    more = _trust(hit) - _trust(other)
    return more > 0 and hit.score >= other.score - SHARE * more * abs(other.score)


def _told(hits: list[Hit]) -> list[Hit]:
    """With the reason; the score is no better than that of a more trusted one above."""
    found: list[Hit] = []
    for hit in hits:
        trust = _trust(hit)
        above = [each.score for each in found if _trust(each) > trust]
        score = min([hit.score, *above]) if trust < FULL else hit.score
        found.append(replace(hit, score=score, reasons=_reasons(hit, score)))
    return found


def _reasons(hit: Hit, score: float) -> tuple[Reason, ...]:
    trust = _trust(hit)
    if trust >= FULL:
        return hit.reasons
    words = f"its source is trusted {trust:.2g} ({named(trust)})"
    return (*hit.reasons, Reason("trust", score - hit.score, words))


def _trust(hit: Hit) -> float:
    return hit.cube.source.trust
