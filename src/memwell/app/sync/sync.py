"""Brings a folder of Markdown files and a memory together: edits of either reach the other."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memwell.app.imports.page import text_of
from memwell.app.sync import says
from memwell.app.sync.folder import Folder, Moved
from memwell.app.sync.plan import Do, File, Kept, Step, planned
from memwell.app.sync.state import Known, State
from memwell.core.cube import MemCube
from memwell.core.errors import InvalidInput, MemwellError
from memwell.core.interval import Interval
from memwell.core.lifecycle import SEARCHABLE
from memwell.core.lifecycle import State as Life
from memwell.core.message import Message
from memwell.core.op import Op, Update
from memwell.core.payload import Text
from memwell.kernel.memory import Memory
from memwell.store import durable

BY = "sync"
MANY = 5  # deleted files that are taken at their word
ROUNDS = 2  # the second one writes what a strategy made of what was added
QUIET = (Do.SETTLE, Do.DROP, Do.LEAVE)  # nothing that a person would want to hear of
MARK = "sync:memory"  # the setting by which a folder knows its memory again

Told = Callable[[int], None]


@dataclass
class Synced:
    """What was done, or would be."""

    done: list[Step] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)  # files, and what happened
    faults: list[tuple[str, str]] = field(default_factory=list)  # what was left alone, and why
    waiting: list[str] = field(default_factory=list)  # conflicts of earlier times, still there

    @property
    def counts(self) -> dict[str, int]:
        """How often each thing was done."""
        found = Counter(step.do for step in self.done)
        return {do.value: found[do] for do in Do if do not in QUIET}

    @property
    def agree(self) -> bool:
        """Whether nothing is left to be looked at."""
        return not (self.conflicts or self.faults or self.waiting)


def sync(
    memory: Memory,
    folder: str | Path,
    *,
    dry_run: bool = False,
    most_deleted: int | None = MANY,
    told: Told = lambda _: None,
) -> Synced:
    """One file for every memory in scope; what was edited, added or deleted on a side is on both.

    Args:
        memory: The memory; its user, agent and branch are whose files these are.
        folder: Where the files are; made when it is not there.
        dry_run: Only say what would be done.
        most_deleted: How many deleted files make their memories be deleted (which can be undone);
            None for any number.
        told: Hears of steps that were done.

    Raises InvalidInput when more files than that are gone, when the folder is another memory's, and
    when it cannot be read. Then nothing was changed.
    """
    found = Synced()
    for round_ in range(1 if dry_run else ROUNDS):
        work = _Work(memory, Path(folder).expanduser(), found)
        steps = work.plan(most_deleted if round_ == 0 else None)
        if dry_run:
            found.done = [step for step in steps if step.do is not Do.LEAVE]
            found.conflicts = [(_named(s), s.why) for s in steps if s.do is Do.CONFLICT]
        else:
            work.carry_out(steps, told)
    found.faults, found.waiting = work.side.faults, work.side.waiting
    return found


class _Work:
    """One round."""

    def __init__(self, memory: Memory, folder: Path, found: Synced) -> None:
        self.memory, self.found = memory, found
        if folder.exists() and not folder.is_dir():
            raise InvalidInput(f"{folder} is no folder")
        self.side = Folder(folder)
        self.state = State.read(folder, _owner(memory)) if folder.is_dir() else State({})
        self.state.owner = _owner(memory)
        self.side.read(self.state.files)
        self.cubes = {
            cube.id: cube for cube in memory.view().scan() if isinstance(cube.payload, Text)
        }
        self.taken = {file.name for file in (*self.side.files.values(), *self.side.new)}

    def plan(self, most_deleted: int | None) -> list[Step]:
        """What is to be done. Raises InvalidInput when too many files are gone."""
        self._recognise()
        ids = {*self.state.files, *self.side.files, *self.cubes}
        memories = {id: kept for id in ids if (kept := self._kept(id))}
        steps = list(planned(self.state.files, self.side.files, memories))
        gone = sum(step.do is Do.DELETE for step in steps)
        if most_deleted is not None and gone > most_deleted:
            raise InvalidInput(
                f"{gone:,} files are gone from {self.side.path}, and their memories would be "
                "deleted: say so (--yes), or bring the files back"
            )
        return steps + [Step(Do.ADD, None, file, "it is new") for file in self.side.new]

    def carry_out(self, steps: Iterable[Step], told: Told) -> None:
        """Each step by itself; what is interrupted goes on the next time."""
        durable.make(self.side.path)
        try:
            for step in steps:
                try:
                    self._do(step)
                except Moved:
                    self._fault(step, "it was edited just now; sync again")
                except FileExistsError:
                    self._fault(step, "a file of that name came just now; sync again")
                except MemwellError as error:
                    self._fault(step, str(error))
                told(1)
        finally:
            self.state.write(self.side.path)

    def _recognise(self) -> None:
        """A file that was added, and whose id an interruption kept from being written into it."""
        waiting = {
            (cube.labels.get("ref"), says.of_cube(cube).text): cube.id
            for cube in self.cubes.values()
            if cube.id not in self.state.files and cube.id not in self.side.files
        }
        for file in list(self.side.new):
            id = waiting.pop((file.name, file.says.text.strip() if file.says else ""), None)
            if id is not None:
                self.side.new.remove(file)
                self.side.files[id] = file

    def _kept(self, id: str) -> Kept | None:
        """A memory that is in scope, or was."""
        versions = self._history(id)
        if not versions:
            return None
        last = self.cubes.get(id) or versions[-1]
        told = {each.version: says.of_cube(each) for each in versions}
        fixed = {name: text_of(v) for name, v in says.fixed(last, versions[0].known.start).items()}
        return Kept(last.version, says.of_cube(last), told, fixed, alive=id in self.cubes)

    def _history(self, id: str) -> list[MemCube]:
        found = self.memory.store.history(id)
        mine = all(self.memory.scope.covers(each.scope) for each in found)
        return found if mine or id in self.cubes else []

    def _do(self, step: Step) -> None:
        match step.do:
            case Do.LEAVE:
                self._fault(step, step.why)
                return
            case Do.WRITE:
                self._write(step.id or "", step.file)
            case Do.SETTLE:
                self._settle(step)
            case Do.REMOVE if step.file:
                self.side.remove(step.file)
                self.state.files.pop(step.id or "", None)
            case Do.DROP:
                self.state.files.pop(step.id or "", None)
            case Do.CONFLICT:
                self._conflict(step)
            case Do.DELETE:
                self._change(
                    Update(step.id or "", step.why, state=Life.EXPIRED, version=self._at(step))
                )
                self.state.files.pop(step.id or "", None)
            case Do.ADD if step.file:
                self._add(step.file)
            case Do.UPDATE | Do.RESTORE if step.file:
                self._change(self._edit(step, step.file))
                self._write(step.id or "", step.file)
        self.found.done.append(step)

    def _at(self, step: Step) -> int:
        return self.cubes[step.id or ""].version

    def _edit(self, step: Step, file: File) -> Update:
        """The memory as the file says it, alive."""
        old = self._history(step.id or "")[-1]
        assert file.says is not None
        return Update(
            old.id,
            step.why,
            payload=None if says.of_cube(old).text == file.says.text else Text(file.says.text),
            valid=file.says.valid,
            labels=says.edited(old, file.says),
            state=None if old.state in SEARCHABLE else Life.ACTIVATED,
            version=old.version,
        )

    def _change(self, op: Op) -> None:
        """Raises InvalidInput with the reason when it was not applied."""
        receipt = self.memory.apply([op], by=BY)
        if receipt.dropped:
            raise InvalidInput(receipt.dropped[0].why)

    def _add(self, file: File) -> None:
        told = file.says
        assert told is not None
        fields: Any = file.fixed
        message = Message(told.text, at=told.valid.start, ref=file.name)
        receipt = self.memory.add(
            message, session=fields.get("session"), user=fields.get("user"), at=told.valid.start,
            labels=told.labels, wait=True,
        )  # fmt: skip
        id = receipt.ids[0]
        if told.valid.end:
            start = told.valid.start or self.memory.get(id).valid.start
            self._change(Update(id, f"added in {file.name}", valid=Interval(start, told.valid.end)))
        self._write(id, file)

    def _write(self, id: str, before: File | None) -> None:
        """The memory's file as the memory is now."""
        cube, versions = self.memory.get(id), self._history(id)
        content = says.page_of(cube, versions[0].known.start)
        name = before.name if before else self._name(cube)
        self.state.files[id] = Known(name, cube.version, self.side.write(name, content, before))
        self.taken.add(name)

    def _name(self, cube: MemCube) -> str:
        known = self.state.files.get(cube.id)
        if known and known.file not in self.taken:
            return known.file
        return says.name_for(cube, self.taken)

    def _settle(self, step: Step) -> None:
        assert step.file is not None
        cube = self.cubes[step.id or ""]
        self.state.files[cube.id] = Known(step.file.name, cube.version, step.file.digest)

    def _conflict(self, step: Step) -> None:
        """What the file said is safe before anything else is done."""
        id, kept = step.id or "", ""
        if step.file:
            kept = self.side.set_aside(step.file)
            self.side.waiting.append(kept)
        if id in self.cubes:
            self._write(id, step.file)
        elif step.file:
            self.side.remove(step.file)
            self.state.files.pop(id, None)
        name = step.file.name if step.file else self.state.files[id].file
        told = f"{step.why}; the file's words are in {kept}" if kept else f"{step.why}; it is back"
        self.found.conflicts.append((name, told))

    def _fault(self, step: Step, why: str) -> None:
        self.side.faults.append((_named(step), why))


def _named(step: Step) -> str:
    return step.file.name if step.file else step.id or ""


def _owner(memory: Memory) -> dict[str, str]:
    """Whose files they are: of which memory, which part of it, which branch."""
    mark = memory.store.get_meta(MARK)
    if mark is None and not memory.store.read_only:
        mark = secrets.token_hex(8)
        memory.store.set_meta(MARK, mark)
    return {"memory": mark or "", "branch": memory.branch_name, **memory.scope.named()}


def steps_of(found: Synced) -> Iterator[Step]:
    """Those that a person would want to hear of."""
    return (step for step in found.done if step.do not in QUIET)
