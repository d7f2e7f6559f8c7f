"""Search: what was found, with reasons, and what was left out, and why."""

from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from starlette.responses import Response

from memwell.app.dashboard.pages.timeline import rows
from memwell.app.dashboard.visit import Visit
from memwell.app.labels import filtered
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.hit import Answer, Hit
from memwell.core.scope import Scope
from memwell.kernel.left_out import Cause, LeftOut

SHOWN, MOST = 10, 100
ALSO = 5  # of every cause, of what was left out


@dataclass
class Found:
    """What a query brought, or why it could not be asked."""

    hits: list[Hit] = field(default_factory=list)
    left: dict[Cause, list[LeftOut]] = field(default_factory=dict)
    answer: Answer | None = None
    sources: list[MemCube] = field(default_factory=list)
    seconds: float = 0.0
    hidden: int | None = None
    fault: str = ""


def page(visit: Visit) -> Response:
    query = visit.asked("q")
    if not query:
        return visit.page("start.html", asked=_asked(visit), deeds=_latest(visit))
    found = Found()
    try:
        _search(visit, query, found)
    except (InvalidInput, NotFound) as error:
        found.fault = str(error)
    status = 400 if found.fault else 200
    return visit.page("search.html", status, asked=_asked(visit), found=found, query=query)


def _search(visit: Visit, query: str, found: Found) -> None:
    memory, k = visit.memory, visit.number("k", SHOWN, MOST)
    options: dict[str, Any] = {
        "as_of": visit.moment("as_of"),
        "known_at": visit.moment("known_at"),
        "user": visit.asked("user") or None,
        "session": visit.asked("session") or None,
        "where": _labels(visit.asked("labels")),
    }
    started = perf_counter()
    found.hits = memory.search(query, k, **options)
    found.seconds = perf_counter() - started
    for each in memory.left_out(query, k, most=ALSO, **options):
        found.left.setdefault(each.cause, []).append(each)
    found.hidden = _hidden(visit)
    if visit.asked("do") == "ask":
        found.answer = memory.ask(query, user=options["user"], session=options["session"])
        view = memory.view()
        found.sources = [cube for id in found.answer.sources if (cube := view.get(id))]


def _labels(text: str) -> dict[str, Any] | None:
    """`topic=travel, year=2024`, or a filter as JSON."""
    parts = [text] if text.startswith("{") else [part.strip() for part in text.split(",")]
    return filtered([part for part in parts if part])


def _hidden(visit: Visit) -> int | None:
    """How many memories of the tenant this key may not read; told to those who look after it."""
    if not visit.admin:
        return None
    whole = visit.service.memory.store.count(Scope(visit.memory.scope.tenant))
    return max(0, whole - visit.memory.store.count(visit.memory.scope))


def _asked(visit: Visit) -> dict[str, str]:
    """The form as it was filled in."""
    names = "q user session labels as_of known_at k".split()
    return {name: visit.asked(name) for name in names}


def _latest(visit: Visit) -> list[Any]:
    return rows(visit, visit.memory.deeds(most=6).deeds)
