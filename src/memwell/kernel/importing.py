"""Import: an export file becomes memories again, whole or not at all, and the reader's own only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.identity import derive
from memwell.core.message import Event
from memwell.core.model import Embedder
from memwell.core.op import Link
from memwell.core.receipt import Applied
from memwell.core.scope import Scope
from memwell.core.store import Batch, Put, Store
from memwell.index.keys import keys
from memwell.kernel import screening
from memwell.kernel.archive import Manifest, Record, records
from memwell.kernel.import_guard import Guard
from memwell.kernel.privacy import Privacy
from memwell.kernel.record import digest, embedded

BY = "memwell:import"
GATHER = 256  # records imported in one transaction


def read(
    path: Path, store: Store, scope: Scope, embedder: Embedder | None, privacy: Privacy
) -> Manifest:
    """Import what is not there yet.

    Raises InvalidInput, naming the line, before anything is written: the file is read twice.
    """
    guard = Guard(store, scope)
    for number, record in records(path):
        try:
            guard.check(record)
            screening.imported(privacy, record)
        except InvalidInput as error:
            raise InvalidInput(f"{path}, line {number}: {error}") from error
    total = Manifest()
    screened = (screening.imported(privacy, record) for _, record in records(path))
    for group in _groups(screened):
        imported = _import([record for record, _ in group], store, embedder)
        total = _sum(total, replace(imported, noticed=sum(found for _, found in group)))
    return total


def _groups(found: Iterator[tuple[Record, int]]) -> Iterator[list[tuple[Record, int]]]:
    while group := list(islice(found, GATHER)):
        yield group


def _import(group: list[Record], store: Store, embedder: Embedder | None) -> Manifest:
    events = [record for record in group if isinstance(record, Event)]
    there = {event.id for event in store.events(event.id for event in events)}
    new_events = [event for event in events if event.id not in there]
    cubes = [record for record in group if isinstance(record, MemCube)]
    new_cubes = [cube for cube in cubes if not _has(store, cube)]
    links = [record for record in group if isinstance(record, Link)]
    new_links = [link for link in links if link not in store.links(link.src)]
    new = len(new_events) + len(new_cubes) + len(new_links)
    if new:
        store.commit(
            *(_event_batch(event) for event in new_events),
            _cube_batch(new_cubes, new_links, events, embedder),
        )
    return Manifest(len(new_events), len(new_cubes), len(new_links), len(group) - new)


def _has(store: Store, cube: MemCube) -> bool:
    return any(known.version == cube.version for known in store.history(cube.id))


def _event_batch(event: Event) -> Batch:
    return Batch(
        event.id,
        event.recorded,
        event=event,
        digest=digest(event.scope, event.at, event.messages),
        by=BY,
        cause=event.id,
    )


def _cube_batch(
    cubes: list[MemCube], links: list[Link], events: list[Event], embedder: Embedder | None
) -> Batch:
    embedding = embedded(cubes, embedder)
    starts = [cube.known.start for cube in cubes if cube.known.start]
    at = max([*starts, *(event.recorded for event in events)], default=datetime.now().astimezone())
    return Batch(
        derive("import", *(f"{cube.id}.{cube.version}" for cube in cubes)),
        at,
        puts=tuple(Put(cube, keys(cube, embedding, place)) for place, cube in enumerate(cubes)),
        links=tuple(links),
        entries=tuple(Applied("import", cube.id, cube.version, "imported") for cube in cubes),
        by=BY,
        fingerprint=embedder.fingerprint if embedder else None,
    )


def _sum(first: Manifest, second: Manifest) -> Manifest:
    return Manifest(
        first.events + second.events,
        first.versions + second.versions,
        first.links + second.links,
        first.skipped + second.skipped,
        first.noticed + second.noticed,
    )
