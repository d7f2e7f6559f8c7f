"""The export file: everything in scope as JSON lines, with versions, use, lineage and links.

The first line names the format, the last one holds counts and a checksum of all lines before it.
What lies between are events, their receipts, blobs, versions of cubes, links and grants.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from memwell.core.access import Grant
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.payload import Text
from memwell.core.receipt import Receipt
from memwell.core.scope import Scope
from memwell.core.store import Store
from memwell.kernel.checksum import Checksum, Given
from memwell.store import durable
from memwell.store.blobs import Blobs

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT, OLDER = "memwell/2", "memwell/1"  # the older one ends without a checksum
END = "end"
PART = 1 << 20  # bytes of a blob in one line


@dataclass(frozen=True, slots=True)
class Blob:
    """Tensors that cubes name."""

    name: str  # what the payloads call it; a memory that imports it may call it otherwise
    content: bytes


Record = Event | MemCube | Link | Receipt | Grant | Blob
TYPES: dict[str, type] = {
    "event": Event, "receipt": Receipt, "cube": MemCube, "link": Link, "grant": Grant,
}  # fmt: skip
COUNTED = {
    "event": "events", "receipt": "receipts", "blob": "blobs", "cube": "versions", "link": "links",
    "grant": "grants",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """How much was written or read."""

    events: int = 0
    versions: int = 0
    links: int = 0
    skipped: int = 0  # were there already
    noticed: int = 0  # places where the privacy policy found something
    receipts: int = 0
    blobs: int = 0
    grants: int = 0
    withheld: int = 0  # grants that nobody asked to bring in

    def __add__(self, other: "Manifest") -> "Manifest":
        names = self.__slots__
        return Manifest(**{name: getattr(self, name) + getattr(other, name) for name in names})


def write(
    path: Path,
    store: Store,
    blobs: Blobs,
    scope: Scope,
    now: datetime,
    key: Given | None = None,
) -> Manifest:
    """One line per record; a cube's versions follow each other. Raises InvalidInput."""
    counts, total = dict.fromkeys(COUNTED.values(), 0), Checksum(key)
    with _written(path) as file:

        def put(fields: dict[str, Any]) -> None:
            line = json.dumps(fields, ensure_ascii=False).encode() + b"\n"
            total.add(line)
            file.write(line)

        put({"format": FORMAT, "at": now.isoformat(), "checksum": total.kind, **scope.named()})
        for kind, value in _contents(store, blobs, scope):
            counts[COUNTED[kind]] += 1
            for fields in _fields(kind, value):
                put({"type": kind, **fields})
        file.write(json.dumps({"type": END, **counts, "value": total.value}).encode() + b"\n")
    return Manifest(**counts)


def adapter(kind: str) -> "TypeAdapter[Any]":
    """Reads and writes records of a kind. Raises KeyError for one that there is not."""
    return _adapter(TYPES[kind])


@cache
def _adapter(type: type) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter  # slow to import; only exports need it

    return TypeAdapter(type)


def _contents(store: Store, blobs: Blobs, scope: Scope) -> Iterator[tuple[str, Any]]:
    """What is named comes before what names it.

    Links with both ends in scope only: the others tell of somebody else's memories.
    """
    for event in store.all_events(scope):
        yield "event", event
        if receipt := store.receipt(event.id):
            yield "receipt", receipt
    ids, written = store.resolve("", scope, None), set[str]()
    for id in ids:
        for version in store.history(id):
            name = blob_of(version)
            if name and name not in written:
                written.add(name)
                yield "blob", Blob(name, blobs.read(name))
            yield "cube", version
    inside = set(ids)
    for id in ids:
        links = store.links(id)
        yield from (("link", link) for link in links if link.src == id and link.dst in inside)
    for grant in store.governance.grants(scope.tenant):
        if scope.covers(grant.on):
            yield "grant", grant


def blob_of(cube: MemCube) -> str | None:
    """The blob that a cube names."""
    return None if isinstance(cube.payload, Text) else cube.payload.blob


def _fields(kind: str, value: Any) -> Iterator[dict[str, Any]]:
    """The lines of one record."""
    if not isinstance(value, Blob):
        yield adapter(kind).dump_python(value, mode="json")
        return
    whole, of = value.content, max(1, -(-len(value.content) // PART))
    told = {"name": value.name, "sha256": hashlib.sha256(whole).hexdigest(), "of": of}
    for part in range(of):
        data = base64.b64encode(whole[part * PART : (part + 1) * PART]).decode()
        yield {**told, "part": part, "data": data}


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """A new file, compressed when the name ends in .gz; whole, or not there."""
    part = path.with_name(f".{path.name}{durable.PART}")
    try:
        with (gzip.open if path.suffix == ".gz" else open)(part, "wb") as file:
            yield file  # type: ignore[misc]
        durable.sync(part)
        part.replace(path)
        durable.sync(path.parent)
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
