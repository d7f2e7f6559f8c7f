"""The timeline: what was done, by whom and why, day by day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.store import Entry
from memwell.kernel.changes import Deed

DEEDS = 20  # on a page
TOLD = 3  # memories of each that are shown
PAST = {
    "add": "added", "update": "changed", "delete": "deleted", "link": "linked",
    "noop": "left alone", "restore": "brought back", "event": "heard",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One memory that a change concerned, before and after."""

    entry: Entry
    before: MemCube | None
    after: MemCube | None


@dataclass(frozen=True, slots=True)
class Row:
    """One change, as the timeline shows it."""

    deed: Deed
    summary: str
    why: str
    lines: tuple[Line, ...]
    more: int  # lines that are not shown
    session: str | None
    user: str | None


def page(visit: Visit) -> Response:
    before = visit.number("before", 0, 1 << 62) or None
    on = visit.asked("day")
    if on and before is None:
        end = datetime.combine(_date(on) + timedelta(days=1), time(), tzinfo=UTC)
        before = visit.memory.store.sequence_at(end - timedelta(microseconds=1))
        if before == 0:
            return visit.page("timeline.html", days=[], before=None, day=on)
    found = visit.memory.deeds(before, most=DEEDS)
    days = groupby(rows(visit, found.deeds), key=lambda row: row.deed.at.date())
    told = [(day, list(each)) for day, each in days]
    return visit.page("timeline.html", days=told, before=found.before, day=on)


def rows(visit: Visit, deeds: Iterable[Deed]) -> list[Row]:
    return [_row(visit, deed) for deed in deeds]


def _row(visit: Visit, deed: Deed) -> Row:
    entries = [entry for entry in deed.entries if entry.applied.op != "event"]
    told = lines(visit, entries[:TOLD])
    whys = dict.fromkeys(entry.applied.why for entry in entries if entry.applied.why)
    scope = next((line.after.scope for line in told if line.after), None)
    return Row(
        deed,
        summary(deed.entries),
        "; ".join(list(whys)[:2]),
        tuple(told),
        len(entries) - len(told),
        scope.session if scope else None,
        scope.user if scope else None,
    )


def summary(entries: Iterable[Entry]) -> str:
    """Such as "3 added, 1 changed"."""
    counts = Counter(entry.applied.op for entry in entries if entry.applied.op != "event")
    told = [f"{count:,} {PAST.get(op, op)}" for op, count in counts.items()]
    return ", ".join(told) or "a conversation"


def lines(visit: Visit, entries: Iterable[Entry]) -> list[Line]:
    """With the version that the entry wrote, and the one before it."""
    view, found = visit.memory.view(), []
    for entry in entries:
        id, version = entry.applied.id, entry.applied.version
        versions = {cube.version: cube for cube in view.history(id)} if id else {}
        after = versions.get(version) if version else None
        before = versions.get(version - 1) if version else None
        found.append(Line(entry, before, after))
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no day; write it as 2025-05-12") from None
