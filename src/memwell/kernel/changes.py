"""What was done to a memory, one change after the other, as one scope may see it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from memwell.core.access import Right
from memwell.core.scope import Scope
from memwell.core.store import Entry, Store

WINDOW = 1_000  # journal lines read at a time
WINDOWS = 50  # read for one answer


@dataclass(frozen=True, slots=True)
class Deed:
    """The lines of one batch that a scope may see, in order."""

    batch: str  # what `undo` takes
    at: datetime
    by: str
    cause: str | None
    seq: int  # of its last line
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Deeds:
    """Some changes, the newest first, and where those before them begin."""

    deeds: tuple[Deed, ...]
    before: int | None  # ask on with this; None when there is nothing earlier


def deeds(store: Store, scope: Scope, before: int | None, most: int) -> Deeds:
    """The latest changes up to a journal sequence; the search for them ends after a while."""
    end, windows, found = store.sequence() if before is None else before, 0, list[Deed]()
    while end > 0 and len(found) < most and windows < WINDOWS:
        start = max(0, end - WINDOW)
        lines = store.journal(after=start, until=end)
        begun = _beginning(lines, start)
        found += reversed(list(_grouped(visible(store, scope, lines[begun:]))))
        end, windows = (lines[begun].seq - 1 if lines else start), windows + 1
    if len(found) > most:
        found, end = found[:most], found[most].seq
    return Deeds(tuple(found), end if end > 0 else None)


def deed(store: Store, scope: Scope, batch: str) -> Deed | None:
    """One of them; None when the scope may see nothing of it."""
    return next(_grouped(visible(store, scope, store.batch(batch))), None)


def visible(store: Store, scope: Scope, lines: Iterable[Entry]) -> list[Entry]:
    """The lines that tell of memories and events which the scope may read."""
    lines = list(lines)
    ids = {line.applied.id for line in lines if line.applied.id}
    seen = store.permitted(ids, scope, Right.READ)
    events = {line.applied.id for line in lines if line.applied.op == "event" and line.applied.id}
    seen |= {event.id for event in store.events(events, scope)}
    return [line for line in lines if line.applied.id in seen]


def _beginning(lines: list[Entry], start: int) -> int:
    """Where the first whole batch of a window begins; its lines follow each other."""
    if start == 0 or not lines:
        return 0
    places = range(1, len(lines))
    return next((n for n in places if lines[n].batch != lines[n - 1].batch), 0)


def _grouped(lines: Iterable[Entry]) -> Iterator[Deed]:
    for batch, group in groupby(lines, key=lambda line: line.batch):
        entries = tuple(group)
        last = entries[-1]
        yield Deed(batch, last.at, last.by, last.cause, last.seq, entries)
