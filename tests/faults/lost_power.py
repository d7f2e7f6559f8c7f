"""Disks as they may be after the power went: built from the steps that were taken until then.

What was synced is there. Of what came later each write may be there or not, in any order that syncs
allow, and the last one may be torn. Names in a folder (of files made, renamed, deleted) count as
synced when the folder is; those changes that were not are kept in order, up to some point.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from steps import Step

SECTOR = 512  # bytes that are written whole or not at all
NAMES = {"create", "rename", "delete", "mkdir"}
CONTENT = {"write", "truncate"}


@dataclass
class Kept:
    """Some of a file's or a folder's changes: those that were synced, and those that were not."""

    synced: list[Step] = field(default_factory=list)
    open: list[Step] = field(default_factory=list)

    def sync(self) -> None:
        self.synced += self.open
        self.open = []


Choice = Callable[[Kept], Iterable[Step]]  # which changes of a file have reached the disk


class Disk:
    """Takes steps in order. A file is known by a number: names come and go."""

    def __init__(self) -> None:
        self.files: defaultdict[int, Kept] = defaultdict(Kept)
        self.folders: defaultdict[str, Kept] = defaultdict(Kept)
        self._numbers: dict[str, int] = {}  # of the files by their present names
        self._made: dict[int, int] = {}  # the same by the step that made it

    def take(self, step: Step) -> None:
        if step.kind in NAMES:
            self.folders[str(Path(step.path).parent)].open.append(step)
            self._rename(step)
        elif step.kind == "sync-folder":
            self.folders[step.path].sync()
        elif step.kind == "sync":
            self.files[self._numbers[step.path]].sync()
        else:
            self.files[self._numbers[step.path]].open.append(step)

    def _rename(self, step: Step) -> None:
        if step.kind == "create":
            number = len(self._made)
            self._numbers[step.path] = self._made[id(step)] = number
        elif step.kind == "rename":
            self._numbers[step.to] = self._numbers.pop(step.path)
        elif step.kind == "delete":
            self._numbers.pop(step.path, None)

    def build(self, source: Path, target: Path, content: Choice, names: Choice) -> None:
        """What is left of the folder `source`, in the folder `target`."""
        if str(source) not in self._folders_left(source, names):
            return
        target.mkdir()
        self._fill(source, target, content, names)

    def _fill(self, source: Path, target: Path, content: Choice, names: Choice) -> None:
        files, folders = self._entries(names(self.folders[str(source)]))
        for name in folders:
            (target / name).mkdir()
            self._fill(source / name, target / name, content, names)
        for name, number in files.items():
            (target / name).write_bytes(contents(content(self.files[number])))

    def _folders_left(self, source: Path, names: Choice) -> set[str]:
        steps = names(self.folders[str(source.parent)])
        return {step.path for step in steps if step.kind == "mkdir"}

    def _entries(self, steps: Iterable[Step]) -> tuple[dict[str, int], list[str]]:
        """Files by name, and folders, after these changes of names."""
        files: dict[str, int] = {}
        folders: list[str] = []
        for step in steps:
            name = Path(step.path).name
            match step.kind:
                case "create":
                    files[name] = self._made[id(step)]
                case "mkdir":
                    folders.append(name)
                case "rename" if name in files:
                    files[Path(step.to).name] = files.pop(name)
                case "delete":
                    files.pop(name, None)
        return files, folders


def contents(steps: Iterable[Step]) -> bytes:
    """Of a file after these changes; what was never written in between is zeros."""
    held = bytearray()
    for step in steps:
        if step.kind == "truncate":
            del held[step.at :]
            held.extend(bytes(step.at - len(held)))
        else:
            held.extend(bytes(max(0, step.at - len(held))))
            held[step.at : step.at + len(step.data)] = step.data
    return bytes(held)


# -- what the disk may have done with changes that were not synced


def dropped(kept: Kept) -> Sequence[Step]:
    """None of them has reached the disk."""
    return kept.synced


def all_there(kept: Kept) -> Sequence[Step]:
    return [*kept.synced, *kept.open]


def some_of(chance: random.Random) -> Choice:
    """Any of them, in the order they were made."""
    return lambda kept: [*kept.synced, *(step for step in kept.open if chance.random() < 0.5)]


def first_of(chance: random.Random) -> Choice:
    """All up to some point: file systems keep a journal of names."""
    return lambda kept: [*kept.synced, *kept.open[: chance.randint(0, len(kept.open))]]


def torn(chance: random.Random) -> Choice:
    """All of them, but the last write ends at the border of a sector."""

    def choose(kept: Kept) -> Sequence[Step]:
        if not kept.open or kept.open[-1].kind != "write":
            return all_there(kept)
        last = kept.open[-1]
        whole = chance.randint(0, len(last.data) // SECTOR) * SECTOR
        cut = Step("write", last.path, at=last.at, data=last.data[:whole])
        return [*kept.synced, *kept.open[:-1], cut]

    return choose
