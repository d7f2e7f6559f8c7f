"""The default way to search: turns are found by all that is known of them, and told by their facts.

A turn's rank is its own (by the base strategy) and that of the fact in it that fits best. Where
such a fact fits as well as the turn and is shorter, it stands for the turn: the same is found, and
costs less to read. The turn itself follows further down. A fact that was superseded says so, and
stands behind what holds now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from memwell.core.cube import MemCube
from memwell.core.hit import Hit, Reason
from memwell.core.strategy import Strategy
from memwell.core.view import SAID, Query, View
from memwell.plaintext.graph.records import FACT, STATES, fact_of

LEAST = 40  # turns and facts that are looked at
BEHIND = 10  # places between a fact and the turn it stands for


@dataclass(frozen=True)
class Weights:
    """Set on development data, for all data."""

    fact: float = 0.2  # of the best fact beside the turn
    fit: float = 0.85  # from this share of the turn's score on a fact stands for it
    outdated: float = 0.1  # off a turn of which nothing holds at the moment asked about


@dataclass(frozen=True, slots=True)
class Found:
    """A turn, its facts, or both, and what they score together."""

    score: float
    turn: Hit | None
    facts: tuple[Hit, ...]  # the one that fits best first


def search(query: Query, view: View, k: int, base: Strategy, weights: Weights) -> list[Hit]:
    """The k best, best first."""
    reach = max(LEAST, 2 * k)
    if query.by == "session":
        return base.retrieve(query, view.only(SAID), k)
    turns = base.retrieve(query, view.only(SAID), reach)
    facts = base.retrieve(query, view.only({"is": FACT}), reach)
    cut = turns[-1].score if len(turns) >= reach else None
    found = sorted(together(turns, facts, weights.fact), key=_score)
    found = sorted(behind(found, view, k, weights.outdated), key=_score)
    least = found[k - 1].score if len(found) >= k else None
    found += unseen(turns, facts, weights.fact, (cut, least), view)
    found.sort(key=_score)
    hits = [_told(each, weights) for each in found[:k]]
    hits = _in_time(_with_heirs(hits, view, k))
    return _with_turns(hits, {each.turn.cube.id: each.turn for each in found if each.turn}, k)


def together(turns: Sequence[Hit], facts: Sequence[Hit], weight: float) -> list[Found]:
    """Every turn with the facts that rest on it; one without any counts as the worst of them."""
    resting = _resting(facts)
    worst = facts[-1].score if facts else 0.0
    return [
        Found(turn.score + weight * (own[0].score if own else worst), turn, tuple(own))
        for turn in turns
        for own in [resting.get(turn.cube.id, [])]
    ]


def unseen(
    turns: Sequence[Hit],
    facts: Sequence[Hit],
    weight: float,
    bounds: tuple[float | None, float | None],
    view: View,
) -> list[Found]:
    """Facts whose turns are not among the turns, where they may be among the results.

    A turn that ranks lower keeps its facts down; one that cannot be seen does not: what held then
    may have been told later. The bounds are the score of the last turn, where there may be more,
    and of the last result.
    """
    cut, least = bounds
    seen = {turn.cube.id for turn in turns}
    found = []
    for parent, own in _resting(facts).items():
        score = own[0].score
        if parent in seen or (least is not None and (1 + weight) * score <= least):
            continue
        if cut is not None and view.get(parent) is not None:
            score = min(cut, score)
        found.append(Found(score + weight * own[0].score, None, tuple(own)))
    return found


def behind(found: Sequence[Found], view: View, k: int, penalty: float) -> list[Found]:
    """Turns that state only what did not hold at the view's moment stand back.

    Their facts are not in sight there, which their edges tell. Looked up for what may be returned.
    """
    bare = {each.turn.cube.id for each in found[: 2 * k] if each.turn and not each.facts}
    stated: dict[str, list[str]] = {}
    for link in view.neighbours(*sorted(bare)):
        if link.relation == STATES and link.src in bare:
            stated.setdefault(link.src, []).append(link.dst)
    gone = {turn for turn, ids in stated.items() if not any(map(view.get, ids))}
    return [
        replace(each, score=each.score - penalty)
        if each.turn and each.turn.cube.id in gone
        else each
        for each in found
    ]


def _score(found: Found) -> float:
    return -found.score


def _resting(facts: Sequence[Hit]) -> dict[str, list[Hit]]:
    """By the turn they rest on, the best first."""
    found: dict[str, list[Hit]] = {}
    for fact in facts:
        found.setdefault(_parent(fact.cube), []).append(fact)
    return found


def _parent(cube: MemCube) -> str:
    return cube.source.parents[0] if cube.source.parents else cube.id


def _told(found: Found, weights: Weights) -> Hit:
    """By the fact where that is as good and shorter, else by the turn."""
    best = found.facts[0] if found.facts else None
    if found.turn is None or (best and _stands_for(best, found.turn, weights.fit)):
        assert best is not None
        reasons = (*best.reasons, Reason("turn", found.score, "its turn was found, too"))
        chosen = best.cube
    else:
        told = Reason("fact", found.score - found.turn.score, best.cube.text if best else "")
        reasons = (*found.turn.reasons, told)
        chosen = found.turn.cube
    return Hit(chosen, found.score, (*reasons, *superseded(found.facts[:1])))


def _with_turns(hits: Sequence[Hit], turns: Mapping[str, Hit], k: int) -> list[Hit]:
    """Turns that facts stand for come in their own words, too, some places behind these.

    A fact may leave out the very thing that was asked for.
    """
    found: list[Hit] = []
    coming: dict[str, int] = {}  # turns, in order, and the place each is due at
    told = {hit.cube.id for hit in hits}
    for place, hit in enumerate(hits):
        due = [id for id, at in coming.items() if at <= place and id not in told]
        found += [replace(turns[id], score=hit.score) for id in due]
        told.update(due)
        found.append(hit)
        if hit.cube.labels.get("is") == FACT and (turn := _parent(hit.cube)) in turns:
            coming.setdefault(turn, place + BEHIND)
    return found[:k]


def _stands_for(fact: Hit, turn: Hit, fit: float) -> bool:
    return fact.score >= fit * turn.score and len(fact.cube.text) < len(turn.cube.line)


def superseded(facts: Iterable[Hit]) -> list[Reason]:
    """That a fact holds no longer, and when it did."""
    return [
        Reason("superseded", hit.cube.valid.end.timestamp(), f"held {span(hit.cube)}")
        for hit in facts
        if hit.cube.valid.end is not None
    ]


def span(cube: MemCube) -> str:
    """When it holds, in days."""
    start = f"from {cube.valid.start:%Y-%m-%d}" if cube.valid.start else ""
    end = f"until {cube.valid.end:%Y-%m-%d}" if cube.valid.end else ""
    return " ".join(filter(None, (start, end)))


def _with_heirs(hits: list[Hit], view: View, k: int) -> list[Hit]:
    """What holds now comes along behind what was superseded; the last results make room."""
    known = {hit.cube.id for hit in hits} | {_parent(hit.cube) for hit in hits}
    found: list[Hit] = []
    for hit in hits:
        found.append(hit)
        for heir in _heirs(hit.cube, view):
            if heir.id not in known and _parent(heir) not in known:
                known.add(heir.id)
                told = Reason("heir", hit.score, f"holds now, instead of: {hit.cube.text}")
                found.append(Hit(heir, hit.score, (told,)))
    return found[:k]


def _heirs(cube: MemCube, view: View) -> list[MemCube]:
    """The facts that hold now about the aspect a superseded fact was about."""
    if cube.valid.end is None or cube.labels.get("is") != FACT or "slot" not in cube.labels:
        return []
    live = view.only({"live": cube.labels["slot"]}).scan()
    return [each for each in live if each.valid.end is None and not fact_of(each).negated]


def _in_time(hits: list[Hit]) -> list[Hit]:
    """Of facts about one aspect the later before the earlier; places and scores stay."""
    groups: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        if hit.cube.labels.get("is") == FACT and "slot" in hit.cube.labels:
            groups.setdefault(hit.cube.labels["slot"], []).append(place)
    found = list(hits)
    for places in groups.values():
        later = sorted((hits[at] for at in places), key=_start, reverse=True)
        for at, hit in zip(places, later, strict=True):
            found[at] = Hit(hit.cube, hits[at].score, hit.reasons)
    return found


def _start(hit: Hit) -> float:
    return hit.cube.valid.start.timestamp() if hit.cube.valid.start else 0.0
