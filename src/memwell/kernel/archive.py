"""The export file: everything in scope as JSON lines, with versions, use, lineage and links."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, cast

from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput
from memwell.core.message import Event
from memwell.core.op import Link
from memwell.core.scope import Scope
from memwell.core.store import Store

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "memwell/1"
Record = Event | MemCube | Link
TYPES: dict[str, type] = {"event": Event, "cube": MemCube, "link": Link}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
DAMAGED = (EOFError, OSError, zlib.error)


@dataclass(frozen=True, slots=True)
class Manifest:
    """How much was written or read."""

    events: int = 0
    versions: int = 0
    links: int = 0
    skipped: int = 0  # were there already
    noticed: int = 0  # places where the privacy policy found something


def write(path: Path, store: Store, scope: Scope, now: datetime) -> Manifest:
    """One line per event, cube version and link; a cube's versions follow each other."""
    counts = dict.fromkeys(TYPES, 0)
    with _opened(path, "wb") as file:
        _write_line(file, {"format": FORMAT, "at": now.isoformat(), **scope.named()})
        for kind, value in _contents(store, scope):
            fields = _adapter(kind).dump_python(value, mode="json")
            _write_line(file, {"type": kind, **fields})
            counts[kind] += 1
    return Manifest(counts["event"], counts["cube"], counts["link"])


def records(path: Path) -> Iterator[tuple[int, Record]]:
    """What every line says, with its number. Raises InvalidInput for one that cannot be read."""
    number = 0
    with _opened(path, "rb") as file:
        try:
            for number, line in enumerate(file, 1):
                fields = json.loads(line.decode())
                if number == 1:
                    _check_header(fields)
                else:
                    yield number, _adapter(fields.pop("type")).validate_python(fields)
        except UNREADABLE as error:
            raise InvalidInput(f"{path}, line {number}: not a memwell export ({error})") from error
        except DAMAGED as error:
            raise InvalidInput(f"{path} is damaged after line {number}: {error}") from error
    if number == 0:
        raise InvalidInput(f"{path} is empty; a memwell export has at least a first line")


def _contents(store: Store, scope: Scope) -> Iterator[tuple[str, Any]]:
    """Links with both ends in scope only: the others tell of somebody else's memories."""
    for event in store.all_events(scope):
        yield "event", event
    ids = store.resolve("", scope, None)
    for id in ids:
        for version in store.history(id):
            yield "cube", version
    inside = set(ids)
    for id in ids:
        links = store.links(id)
        yield from (("link", link) for link in links if link.src == id and link.dst in inside)


@cache
def _adapter(type: str) -> "TypeAdapter[Any]":
    """Reads and writes records of a type. Raises KeyError for one that there is not."""
    from pydantic import TypeAdapter  # slow to import; only exports need it

    return TypeAdapter(TYPES[type])


def _write_line(file: IO[bytes], fields: dict[str, Any]) -> None:
    file.write(json.dumps(fields, ensure_ascii=False).encode() + b"\n")


def _check_header(fields: dict[str, Any]) -> None:
    found = fields.get("format")
    if found != FORMAT and str(found).startswith("memwell/"):
        raise InvalidInput(f"its format is {found}, this memwell reads {FORMAT}; upgrade memwell")
    if found != FORMAT:
        raise InvalidInput(f"the first line does not say {FORMAT!r}")


def _opened(path: Path, mode: Literal["rb", "wb"]) -> IO[bytes]:
    """Compressed when the name ends in .gz."""
    try:
        opened = (gzip.open if path.suffix == ".gz" else open)(path, mode)
    except OSError as error:
        raise InvalidInput(f"cannot open {path}: {error.strerror}") from error
    return cast(IO[bytes], opened)
