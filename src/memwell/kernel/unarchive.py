"""Reads an export file: line by line, within bounds, and only as it was written."""

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

from memwell.core.errors import InvalidInput
from memwell.kernel.archive import COUNTED, END, FORMAT, OLDER, Blob, Record, adapter
from memwell.kernel.bounded import BOUNDS, Bounded, Bounds, line_of
from memwell.kernel.checksum import PLAIN, Checksum, Given, agreed

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
DAMAGED = (EOFError, OSError, zlib.error)


def records(
    path: Path, key: Given | None = None, bounds: Bounds = BOUNDS
) -> Iterator[tuple[str, Record]]:
    """What every line says, with its place; blobs are put together.

    Raises InvalidInput for a file that cannot be read or is not as it was written. That is known
    only at its end: use nothing of it before.
    """
    with _opened(path, bounds) as stream:
        lines = _Lines(stream, str(path), bounds)
        try:
            for record in _Reader(lines, key).records():
                yield f"line {lines.number}", record
        except InvalidInput as error:
            raise InvalidInput(f"{path}, line {lines.number}: {error}") from error
        except DAMAGED as error:
            raise InvalidInput(f"{path} is damaged after line {lines.number}: {error}") from error
        except UNREADABLE as error:
            told = f"{path}, line {lines.number}: not a memwell export ({error})"
            raise InvalidInput(told) from error


@dataclass
class _Lines:
    """The lines of a stream, counted."""

    stream: IO[bytes]
    name: str
    bounds: Bounds
    number: int = 0

    def next(self) -> bytes:
        line = line_of(self.stream, self.name, self.bounds)
        self.number += bool(line)
        return line


@dataclass
class _Reader:
    """Reads one file."""

    lines: _Lines
    key: Given | None
    counts: Counter[str] = field(default_factory=Counter)
    parts: list[bytes] = field(default_factory=list)  # of the blob that is being read

    def records(self) -> Iterator[Record]:
        """Every record; returns only if the last line fits. Raises InvalidInput and UNREADABLE."""
        line = self.lines.next()
        if not line:
            raise InvalidInput("the file is empty; a memwell export has at least a first line")
        older = self._header(json.loads(line.decode()))
        total = Checksum(self.key)
        while line:
            total.add(line)
            line = self.lines.next()
            fields = json.loads(line.decode()) if line else {}
            if line and (kind := fields.pop("type")) == END and not older:
                self._end(fields, total)
                return
            if line and (record := self._record(kind, fields)):
                yield record
        if self.parts or not older:
            raise InvalidInput("it breaks off here: its last line is missing")

    def _header(self, fields: dict[str, Any]) -> bool:
        """Whether it is of the older format. Raises InvalidInput."""
        found = fields.get("format")
        if found not in (FORMAT, OLDER) and str(found).startswith("memwell/"):
            told = f"its format is {found}, this memwell reads {FORMAT}; upgrade memwell"
            raise InvalidInput(told)
        if found not in (FORMAT, OLDER):
            raise InvalidInput(f"the first line does not say {FORMAT!r}")
        agreed(PLAIN if found == OLDER else fields.get("checksum"), self.key)
        return bool(found == OLDER)

    def _record(self, kind: str, fields: dict[str, Any]) -> Record | None:
        """The record that is complete with this line."""
        if kind != "blob" and self.parts:
            raise InvalidInput("the rest of a blob is missing")
        found = self._blob(fields) if kind == "blob" else adapter(kind).validate_python(fields)
        self.counts[COUNTED[kind]] += found is not None
        return cast(Record, found) if found else None

    def _blob(self, fields: dict[str, Any]) -> Blob | None:
        if fields["part"] != len(self.parts) or not 0 <= fields["part"] < fields["of"]:
            raise InvalidInput("the parts of a blob do not follow each other")
        self.parts.append(base64.b64decode(fields["data"], validate=True))
        if len(self.parts) < fields["of"]:
            return None
        content, self.parts = b"".join(self.parts), []
        if hashlib.sha256(content).hexdigest() != fields["sha256"]:
            raise InvalidInput("a blob is not what it was")
        return Blob(str(fields["name"]), content)

    def _end(self, fields: dict[str, Any], total: Checksum) -> None:
        total.check(fields.get("value"))
        told = {name: fields.get(name) for name in COUNTED.values()}
        if told != {name: self.counts[name] for name in told}:
            raise InvalidInput("it holds another number of records than its last line says")
        if self.lines.next():
            raise InvalidInput("something follows what was to be its last line")


@contextmanager
def _opened(path: Path, bounds: Bounds) -> Iterator[BufferedReader]:
    """Unpacked when the name ends in .gz."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise InvalidInput(f"cannot open {path}: {error.strerror}") from error
    with raw:
        unpacked = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        size = os.fstat(raw.fileno()).st_size
        stream = Bounded(cast(IO[bytes], unpacked), lambda: size, path.name, bounds)
        yield BufferedReader(stream, 1 << 16)
