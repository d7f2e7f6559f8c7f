"""SQLite's log, frame by frame. After a damaged frame SQLite takes nothing from it, without a word.

Layout: 32 bytes of header, then frames of 24 bytes and a page. Every frame carries the salts of the
header and a checksum that goes on from that of the frame before. With the stored checksum of the
frame before, each frame can be judged by itself.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

HEADER, FRAME = 32, 24
MAGIC = 0x377F0682  # of checksums over little-endian words; one more: big-endian
VERSION = 3_007_000

Words = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class LogState:
    """What a log holds."""

    frames: int = 0  # of its present generation
    broken: tuple[int, ...] = ()  # which of them are not as they were written
    changes: int = 0  # committed in or after the first broken one: SQLite does not see them


def judge(path: Path) -> LogState:
    """Reads a log; a change that was cut off at its end is no damage."""
    content = path.read_bytes() if path.exists() else b""
    found = _frames(content)
    if found is None or not len(found.pages):
        return LogState()
    broken = np.flatnonzero(~found.sound)
    if not len(broken):
        return LogState(len(found.pages))
    later = found.sound & (found.commits > 0)
    changes = int(later[broken[0] :].sum())
    return LogState(len(found.pages), tuple(broken.tolist()) if changes else (), changes)


def mend(source: Path, target: Path) -> None:
    """A copy of a log in which all frames count; those whose page cannot be told are left out."""
    content = source.read_bytes()
    found = _frames(content)
    if found is None:
        target.write_bytes(b"")
        return
    size = found.page_size
    order = "<" if found.little else ">"
    head = np.array([MAGIC + (not found.little), VERSION, size, 0, *found.salts], ">u4").tobytes()
    state = _step((0, 0), np.frombuffer(head, f"{order}u4").astype(np.uint32))
    parts = [head, np.array(state, ">u4").tobytes()]
    for place in np.flatnonzero(found.usable).tolist():
        at = HEADER + place * (FRAME + size)
        opening, page = content[at : at + 8], content[at + FRAME : at + FRAME + size]
        state = _step(state, np.frombuffer(opening + page, f"{order}u4").astype(np.uint32))
        parts += [opening, np.array([*found.salts, *state], ">u4").tobytes(), page]
    target.write_bytes(b"".join(parts))


@dataclass(frozen=True, eq=False, slots=True)
class _Frames:
    page_size: int
    little: bool  # whether checksums read words of little-endian order
    salts: tuple[int, int]
    pages: Words  # [n] number of the page
    commits: Words  # [n] pages of the database after a commit; 0 within a change
    sound: npt.NDArray[np.bool_]  # [n] as it was written
    usable: npt.NDArray[np.bool_]  # [n] and those whose page can be told and is not empty


def _frames(content: bytes) -> _Frames | None:
    """All frames of the present generation; None where there is none."""
    if len(content) < HEADER:
        return None
    magic, _, size, _, *rest = np.frombuffer(content, ">u4", 8).tolist()
    if magic & ~1 != MAGIC or size not in {1 << bits for bits in range(9, 17)}:
        magic, size = MAGIC, 4096
    whole = (len(content) - HEADER) // (FRAME + size)
    table = np.frombuffer(content, np.uint8, whole * (FRAME + size), HEADER)
    table = table.reshape(whole, FRAME + size)
    heads = table[:, :FRAME].copy().view(">u4").astype(np.uint32)  # [n, 6]
    little = magic == MAGIC
    salts = (rest[0], rest[1])
    if whole and not _head_is_sound(content, little=little):
        salts = (int(heads[0, 2]), int(heads[0, 3]))
    ours = (heads[:, 2] == salts[0]) & (heads[:, 3] == salts[1])
    if not ours.any():  # all that is there was taken into the database long ago
        return None
    count = int(np.flatnonzero(ours)[-1]) + 1
    heads, table, ours = heads[:count], table[:count], ours[:count]
    before = np.vstack([np.array([rest[2:4]], np.uint32), heads[:-1, 4:6]])
    sums = _sums(before, np.hstack([table[:, :8], table[:, FRAME:]]), little=little)
    sound = ours & (sums == heads[:, 4:6]).all(axis=1)
    largest = int(heads[sound, 1].max(initial=0)) or count
    told = ours & (heads[:, 0] > 0) & (heads[:, 0] <= largest) & table[:, FRAME:].any(axis=1)
    return _Frames(size, little, salts, heads[:, 0], heads[:, 1], sound, sound | told)


def _head_is_sound(content: bytes, *, little: bool) -> bool:
    head = np.frombuffer(content, np.uint8, 24)[None]
    found = _sums(np.zeros((1, 2), np.uint32), head, little=little)[0].tolist()
    return bool(found == np.frombuffer(content, ">u4", 2, 24).tolist())


def _sums(before: Words, bytes_: npt.NDArray[np.uint8], *, little: bool) -> Words:
    """The checksum of each frame, [n, 2], going on from those before."""
    words = np.ascontiguousarray(bytes_).view("<u4" if little else ">u4").astype(np.uint32)
    first, second, power = _weights(words.shape[1])
    with np.errstate(over="ignore"):
        a = (words * first).sum(axis=1, dtype=np.uint32)
        b = (words * second).sum(axis=1, dtype=np.uint32)
        a += power[0] * before[:, 0] + power[1] * before[:, 1]
        b += power[1] * before[:, 0] + power[2] * before[:, 1]
    return np.stack([a, b], axis=1)


def _step(state: tuple[int, int], words: Words) -> tuple[int, int]:
    first, second, power = (part.astype(np.uint64) for part in _weights(len(words)))
    wide, mask = words.astype(np.uint64), np.uint64(0xFFFFFFFF)
    a = int((wide * first & mask).sum()) + int(power[0]) * state[0] + int(power[1]) * state[1]
    b = int((wide * second & mask).sum()) + int(power[1]) * state[0] + int(power[2]) * state[1]
    return a & 0xFFFFFFFF, b & 0xFFFFFFFF


def _weights(count: int) -> tuple[Words, Words, Words]:
    """What each of `count` words adds to the two sums, and what the sums before become.

    A pair of words (x, y) takes the sums from (a, b) to (a + b + x, a + 2b + x + y): Fibonacci
    numbers, modulo 2^32. The third array holds the power of that matrix: its corner, side, corner.
    """
    first, second = np.empty(count, np.uint32), np.empty(count, np.uint32)
    low, side, high = 1, 0, 1  # the matrix [[low, side], [side, high]], to the power 0
    for place in range(count - 2, -1, -2):
        first[place], first[place + 1] = (low + side) & 0xFFFFFFFF, side
        second[place], second[place + 1] = (side + high) & 0xFFFFFFFF, high
        low, side, high = (
            (low + side) & 0xFFFFFFFF,
            (side + high) & 0xFFFFFFFF,
            (side + 2 * high) & 0xFFFFFFFF,
        )
    return first, second, np.array([low, side, high], np.uint32)
