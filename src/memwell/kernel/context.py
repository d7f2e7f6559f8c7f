"""What to put before a language model: everything, what was retrieved, or both, by history size.

Source: ConvoMem (paper 42): giving the full history is best up to about 30 conversations and
tolerable up to about 150; beyond that retrieval pays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memwell.core.cube import MemCube
from memwell.core.hit import Hit
from memwell.core.tokens import CHARACTERS_PER_TOKEN, estimate
from memwell.core.trust import FULL

FULL_UP_TO = 30  # conversations
MIXED_UP_TO = 150


class Route(StrEnum):
    """What a context is made of."""

    EVERYTHING = "everything"
    BOTH = "both"
    RETRIEVED = "retrieved"


@dataclass(frozen=True, slots=True)
class Context:
    """Text for a prompt, within its token budget."""

    text: str
    route: Route
    tokens: int
    cubes: tuple[MemCube, ...]  # what it holds, in order
    left_out: int  # memories that were considered but did not fit


def route(conversations: int, tokens: int, budget: int) -> Route:
    """By how many conversations there are, and whether all of them fit the budget."""
    if conversations <= FULL_UP_TO and tokens <= budget:
        return Route.EVERYTHING
    return Route.BOTH if conversations <= MIXED_UP_TO else Route.RETRIEVED


def compose(history: Sequence[MemCube], hits: Sequence[Hit], budget: int) -> Context:
    """Lines of memory in order of time, under a heading for each session and day.

    `history` holds all memories in the order they were recorded; `hits` the retrieved ones, best
    first. Half of a mixed context goes to the most recent conversation.
    """
    conversations = len({cube.scope.session for cube in history})
    chosen_route = route(conversations, estimate(_text(history)), budget)
    found = [hit.cube for hit in hits]
    match chosen_route:
        case Route.EVERYTHING:
            wanted = list(history)
        case Route.RETRIEVED:
            wanted = found
        case Route.BOTH:
            recent = _fitting(_latest_session(history), budget // 2)
            wanted = list({cube.id: cube for cube in (*recent, *found)}.values())
    chosen = _fitting(wanted, budget)
    text = _text(chosen)
    return Context(text, chosen_route, estimate(text), tuple(chosen), len(wanted) - len(chosen))


def line(cube: MemCube) -> str:
    """One memory as a line of a prompt; what has ended says when it held, what is doubtful so."""
    who = cube.speaker or cube.labels.get("role")
    ended = f" ({_span(cube)})" if cube.valid.end else ""
    doubt = "" if cube.source.trust >= FULL else f" (trusted {cube.source.trust:.2g})"
    return f"{who}{doubt}: {cube.text}{ended}" if who else f"{cube.text}{doubt}{ended}"


def _span(cube: MemCube) -> str:
    start = f"from {cube.valid.start:%Y-%m-%d} " if cube.valid.start else ""
    return f"{start}until {cube.valid.end:%Y-%m-%d}"


def _fitting(cubes: Sequence[MemCube], budget: int) -> list[MemCube]:
    """As many as fit, first come first served; one that is too long does not keep others out."""
    chosen: list[MemCube] = []
    headings: set[str] = set()
    room = budget * CHARACTERS_PER_TOKEN
    for cube in cubes:
        heading = _heading(cube)
        cost = len(line(cube)) + 1 + (0 if heading in headings else len(heading) + 2)
        if cost <= room:
            chosen.append(cube)
            headings.add(heading)
            room -= cost
    return chosen


def _latest_session(history: Sequence[MemCube]) -> list[MemCube]:
    """The last conversation, newest turn first."""
    if not history:
        return []
    session = _in_time(history)[-1].scope.session
    return [cube for cube in reversed(history) if cube.scope.session == session]


def _in_time(cubes: Iterable[MemCube]) -> list[MemCube]:
    return sorted(cubes, key=lambda cube: cube.at.timestamp() if cube.at else 0.0)


def _text(cubes: Sequence[MemCube]) -> str:
    """Every heading once, where its first line stands in time."""
    groups: dict[str, list[str]] = {}
    for cube in _in_time(cubes):
        groups.setdefault(_heading(cube), []).append(line(cube))
    return "\n\n".join("\n".join([heading, *lines]) for heading, lines in groups.items())


def _heading(cube: MemCube) -> str:
    day = f"{cube.at:%A %d %B %Y}" if cube.at else ""
    return f"[{' · '.join(part for part in (day, cube.scope.session) if part)}]"
