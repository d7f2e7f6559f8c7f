"""A memory's page: its words, versions, lineage, use and rights."""

from dataclasses import dataclass

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.core.access import Grant
from memwell.core.cube import MemCube
from memwell.core.errors import NotFound
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.payload import Text
from memwell.kernel.explain import Explanation
from memwell.kernel.lineage import Lineage

MOST = 50  # neighbours of each kind that are shown


@dataclass(frozen=True, slots=True)
class Version:
    """One version, the one before it, and why it was written."""

    cube: MemCube
    before: MemCube | None
    why: str
    batch: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """Where a memory came from, what was made of it, and what it is joined to."""

    events: list[Event]
    sources: list[MemCube]
    derived: list[MemCube]
    links: list[tuple[Link, MemCube]]


def page(visit: Visit) -> Response:
    return drawn(visit, visit.part("id"))


def drawn(
    visit: Visit, id: str, status: int = 200, *, words: str | None = None, fault: str = ""
) -> Response:
    """The page; with words that could not be saved yet, and why, where there are any."""
    versions = visit.memory.history(id)
    cube = versions[-1]
    return visit.page(
        "memory.html", status, cube=cube, versions=_versions(visit, versions),
        family=_family(visit, cube), grants=_grants(visit, cube), query=visit.asked("q"),
        explanation=_explanation(visit, cube), words=cube.text if words is None else words,
        fault=fault, is_text=isinstance(cube.payload, Text),
    )  # fmt: skip


def _versions(visit: Visit, versions: list[MemCube]) -> list[Version]:
    """The newest first."""
    lines = visit.memory.store.journal(versions[-1].id)
    told = {line.applied.version: line for line in lines if line.applied.version}
    by_number = {cube.version: cube for cube in versions}
    found = []
    for cube in reversed(versions):
        line = told.get(cube.version)
        before = by_number.get(cube.version - 1)
        found.append(
            Version(cube, before, line.applied.why if line else "", line.batch if line else None)
        )
    return found


def _family(visit: Visit, cube: MemCube) -> Family:
    view, lineage = visit.memory.view(), Lineage(visit.memory.store)
    sources = [found for id in lineage.sources(cube) if (found := view.get(id))]
    ids = dict.fromkeys(id for id in lineage.derived(cube) if id != cube.id)
    derived = [found for id in ids if (found := view.get(id))]
    links = [
        (link, other)
        for link in view.neighbours(cube.id)
        if (other := view.get(link.dst if link.src == cube.id else link.src))
    ]
    events = view.events(cube.source.events)
    return Family(events[:MOST], sources[:MOST], derived[:MOST], links[:MOST])


def _grants(visit: Visit, cube: MemCube) -> list[Grant]:
    """Those that reach this memory: of it alone, or of all that its owner has."""
    found = visit.memory.governance.grants()
    return [
        grant
        for grant in found
        if grant.cube == cube.id or (grant.cube is None and grant.on.covers(cube.scope))
    ]


def _explanation(visit: Visit, cube: MemCube) -> Explanation | None:
    query = visit.asked("q")
    try:
        return visit.memory.explain(query, cube.id) if query else None
    except NotFound:
        return None
