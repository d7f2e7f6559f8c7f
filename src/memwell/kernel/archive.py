"""Export and import: everything in scope as JSON lines, with versions, lineage and links."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from pydantic import TypeAdapter, ValidationError

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
from memwell.kernel.record import digest, embedded

FORMAT = "memwell/1"
TYPES: dict[str, TypeAdapter[Any]] = {
    "event": TypeAdapter(Event),
    "cube": TypeAdapter(MemCube),
    "link": TypeAdapter(Link),
}
GATHER = 256  # records imported in one transaction


@dataclass(frozen=True, slots=True)
class Manifest:
    """How much was written or read."""

    events: int = 0
    versions: int = 0
    links: int = 0
    skipped: int = 0  # were there already


def write(path: Path, store: Store, scope: Scope, now: datetime) -> Manifest:
    """One line per event, cube version and link; a cube's versions follow each other."""
    counts = dict.fromkeys(TYPES, 0)
    with _opened(path, "wt") as file:
        file.write(json.dumps({"format": FORMAT, "at": now.isoformat(), **scope.named()}) + "\n")
        for kind, value in _contents(store, scope):
            fields = TYPES[kind].dump_python(value, mode="json")
            file.write(json.dumps({"type": kind, **fields}, ensure_ascii=False) + "\n")
            counts[kind] += 1
    return Manifest(counts["event"], counts["cube"], counts["link"])


def read(path: Path, store: Store, scope: Scope, embedder: Embedder | None) -> Manifest:
    """Import what is not there yet. Raises InvalidInput, naming the line."""
    total = Manifest()
    with _opened(path, "rt") as file:
        records = _records(file, path, scope)
        while group := list(islice(records, GATHER)):
            total = _sum(total, _import(group, store, embedder))
    return total


def _contents(store: Store, scope: Scope) -> Iterator[tuple[str, Any]]:
    for event in store.all_events(scope):
        yield "event", event
    ids = store.resolve("", scope)
    for id in ids:
        for version in store.history(id):
            yield "cube", version
    for id in ids:
        yield from (("link", link) for link in store.links(id) if link.src == id)


def _records(file: IO[str], path: Path, scope: Scope) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(file, 1):
        try:
            fields = json.loads(line)
            if number == 1:
                _check_header(fields)
                continue
            kind = fields.pop("type")
            value = TYPES[kind].validate_python(fields)
        except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
            raise InvalidInput(f"{path}, line {number}: not a memwell export ({error})") from error
        if kind != "link" and not scope.covers(value.scope):
            raise InvalidInput(
                f"{path}, line {number}: it belongs to {value.scope.named()}, which is outside "
                f"this memory's scope {scope.named()}; open the memory with that scope"
            )
        yield kind, value


def _check_header(fields: dict[str, Any]) -> None:
    if fields.get("format") != FORMAT:
        raise InvalidInput(f"the first line does not say {FORMAT!r}")


def _import(group: list[tuple[str, Any]], store: Store, embedder: Embedder | None) -> Manifest:
    events = [value for kind, value in group if kind == "event"]
    there = {event.id for event in store.events(event.id for event in events)}
    new_events = [event for event in events if event.id not in there]
    cubes = [value for kind, value in group if kind == "cube"]
    new_cubes = [cube for cube in cubes if not _has(store, cube)]
    links = [value for kind, value in group if kind == "link"]
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
        by="memwell:import",
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
        by="memwell:import",
        fingerprint=embedder.fingerprint if embedder else None,
    )


def _sum(first: Manifest, second: Manifest) -> Manifest:
    return Manifest(
        first.events + second.events,
        first.versions + second.versions,
        first.links + second.links,
        first.skipped + second.skipped,
    )


def _opened(path: Path, mode: str) -> IO[str]:
    """Compressed when the name ends in .gz."""
    try:
        if path.suffix == ".gz":
            return cast(IO[str], gzip.open(path, mode, encoding="utf-8"))
        return cast(IO[str], path.open(mode, encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"cannot open {path}: {error.strerror}") from error
