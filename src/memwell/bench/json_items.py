"""Items of a JSON list, a JSON Lines file or a single JSON value, one at a time.

Benchmark files and chat exports run to hundreds of megabytes; only one item of them is held.
"""

import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from memwell.core.errors import InvalidInput
from memwell.kernel.bounded import Bounded

CHUNK = 1 << 20  # characters read at a time
TAIL = 16  # an error this close to the end of what was read may only be a cut-off value

OnBad = Callable[[str, str], None]  # told the place and the fault of what could not be read


@dataclass(frozen=True, slots=True)
class Item:
    """One value and where it stood, in words a person can follow."""

    place: str
    value: Any


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """The file as text, decompressed by its suffix (.xz, .gz).

    Raises InvalidInput when it is missing, damaged or not UTF-8.
    """
    opener: Any = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    try:
        with opener(path, "rb") as raw:
            size = path.stat().st_size
            bounded = io.BufferedReader(
                Bounded(raw, lambda: size, str(path)), io.DEFAULT_BUFFER_SIZE
            )
            yield io.TextIOWrapper(bounded, encoding="utf-8-sig")
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{path}: cannot be read as UTF-8 text ({fault})") from fault


def read_items(path: Path, on_bad: OnBad | None = None) -> Iterator[Item]:
    """Every item of the file, in order.

    A bad line of a JSON Lines file is told to `on_bad` and passed over; after a fault inside a
    list nothing more can be read. Without `on_bad` a fault raises InvalidInput.
    """
    with open_text(path) as stream:
        yield from items_of(stream, str(path), on_bad)


def items_of(stream: TextIO, name: str, on_bad: OnBad | None = None) -> Iterator[Item]:
    """The same for an open stream that can be rewound; `name` is what messages call it."""

    def refuse(place: str, fault: str) -> None:
        raise InvalidInput(f"{name}, {place}: {fault}")

    bad = on_bad or refuse
    start = _first_character(stream)
    stream.seek(0)
    if start not in ("[", "{"):
        raise InvalidInput(f"{name}: expected JSON, found {start!r} at the start")
    try:
        yield from (_list_items if start == "[" else _lines_or_object)(stream, bad)
    except RecursionError as fault:
        raise InvalidInput(f"{name}: its JSON is nested too deeply to be read") from fault


def _first_character(stream: TextIO) -> str:
    while chunk := stream.read(CHUNK):
        if stripped := chunk.lstrip():
            return stripped[0]
    return ""


def _lines_or_object(stream: TextIO, bad: OnBad) -> Iterator[Item]:
    """JSON Lines when the first line is a whole value; otherwise one value over many lines."""
    first = stream.readline()
    while first and not first.strip():
        first = stream.readline()
    stream.seek(0)
    try:
        json.loads(first)
    except json.JSONDecodeError as fault:
        yield from _object_or_lines_after_a_fault(stream, bad, fault)
    else:
        yield from _lines(stream, bad)


def _object_or_lines_after_a_fault(
    stream: TextIO, bad: OnBad, fault: json.JSONDecodeError
) -> Iterator[Item]:
    # A first line that is cut off inside a value opens an object; any other fault is a bad line.
    if fault.pos < len(fault.doc.rstrip()) - 1 and not fault.msg.startswith("Unterminated"):
        yield from _lines(stream, bad)
        return
    try:
        yield Item("the top level", json.loads(stream.read()))
    except json.JSONDecodeError as again:
        bad(f"line {again.lineno}", f"not valid JSON ({again.msg})")


def _lines(stream: TextIO, bad: OnBad) -> Iterator[Item]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as fault:
            bad(place, f"not valid JSON ({fault.msg}, column {fault.colno})")
        else:
            yield Item(place, value)


def _list_items(stream: TextIO, bad: OnBad) -> Iterator[Item]:
    window = _Window(stream)
    number = 1
    try:
        window.expect("[")
        if window.peek() == "]":
            return
        while True:
            yield Item(f"item {number}", window.value())
            number += 1
            if window.expect(",]") == "]":
                return
    except _Broken as fault:
        bad(f"item {number}", str(fault))


class _Broken(Exception):
    """The list cannot be read any further."""


class _Window:
    """The stretch of the stream in which the next value lies."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = ""
        self.at = 0
        self.passed = 0  # characters dropped before the window
        self.decoder = json.JSONDecoder()

    def grow(self) -> bool:
        """Read on, at least doubling the window, so that a long value is retried few times."""
        rest = self.text[self.at :]
        more = self.stream.read(max(CHUNK, len(rest)))
        self.passed += self.at
        self.text, self.at = rest + more, 0
        return bool(more)

    def peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at].isspace():
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.grow():
                return ""

    def expect(self, wanted: str) -> str:
        """Step over one of the wanted characters."""
        found = self.peek()
        if not found or found not in wanted:
            shown = repr(found) if found else "the end of the file"
            raise _Broken(f"expected {' or '.join(wanted)}, found {shown}")
        self.at += 1
        return found

    def value(self) -> Any:
        """The next value, read on until it is whole."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as fault:
                if not self._cut_off(fault) or not self.grow():
                    place = self.passed + fault.pos
                    raise _Broken(f"not valid JSON ({fault.msg} at character {place})") from fault
            else:
                # A number that touches the window's end may go on behind it.
                if end < len(self.text) or not self.grow():
                    self.at = min(len(self.text), end)
                    return value

    def _cut_off(self, fault: json.JSONDecodeError) -> bool:
        """Whether more text may mend the fault."""
        return fault.msg.startswith("Unterminated") or fault.pos >= len(self.text) - TAIL
