"""Runs one system at one size: fill it, search it in a new process, trace what it syncs."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from memwell.bench.ops import figures, tracing
from memwell.bench.ops.figures import GROUPS, Cell
from memwell.bench.ops.process import Process, Told
from memwell.bench.ops.systems import System
from memwell.bench.ops.workload import K, Workload

BATCH = 1_000
SINGLES = 500  # at most a fifth of the memories
GRACE = 120.0  # seconds past its budget after which a process is ended
FILLED = ("single", "batch", "disk", "syncs")
SOUGHT = ("search", "filtered", "cold", "memory")


@dataclass(frozen=True)
class Bench:
    """Where a system runs, on what, and for how long at most."""

    system: System
    work: Workload
    python: Path
    folder: Path  # holds the store, and what the process writes beside it
    store: Path  # the system's own, or that of the system it reads
    budget: float  # seconds
    url: str | None
    note: Callable[[str], None]

    def run(self) -> Cell:
        """All figures, or for each group why there are none."""
        cell = Cell(self.system.name, self.work.size)
        start = perf_counter()
        if self.system.reads:
            cell.shared = FILLED
        elif not self._fill(cell):
            return cell
        self._seek(cell, max(self.budget - (perf_counter() - start), self.budget / 4))
        if not self.system.reads:
            cell.figures |= figures.of_disk(taken(self.store), self.work.size)
            self._trace(cell)
        return cell

    def _fill(self, cell: Cell) -> bool:
        """Says whether the store now holds all memories."""
        shutil.rmtree(self.store, ignore_errors=True)
        self.note("adding")
        told = self._run("fill", self.store, self.budget)
        cell.settings = {name: str(value) for name, value in told.events.get("settings", {}).items()
                         if name != "event"}  # fmt: skip
        added = _added(cell, told)
        if told.failure or added < self.work.size:
            why = told.failure or "time budget"
            cell.lacks(GROUPS, f"{why}: stopped after {added:,} adds")
            shutil.rmtree(self.store, ignore_errors=True)  # nobody takes it for a whole one
            return False
        cell.figures["tidy_s"] = told.events["tidy"]["seconds"]
        return True

    def _seek(self, cell: Cell, budget: float) -> None:
        self.note("searching")
        told = self._run("seek", self.store, budget)
        events = told.events
        for kind in ("search", "filtered"):
            _searched(cell, kind, events.get(kind, {}), self.system.exact)
        if "cold" in events:
            cell.figures |= figures.of_start(events["imported"], events["cold"])
        if "memory" in events:
            cell.figures |= figures.of_memory(events["started"], events["memory"])
        cell.lacks(SOUGHT, told.failure or "it said nothing")

    def _trace(self, cell: Cell) -> None:
        out, mark = self.folder / "syncs.txt", self.folder / "mark"
        before = tracing.command(out)
        if before is None:
            cell.lacks(("syncs",), "strace is not installed")
            return
        self.note("tracing")
        told = self._run("syncs", self.folder / "traced", self.budget, tuple(before))
        if "traced" not in told.events:
            cell.lacks(("syncs",), told.failure or "the trace failed")
            return
        lines = out.read_text("utf-8", "replace").splitlines()
        cell.figures["syncs_per_add"] = tracing.between(lines, mark) / told.events["traced"]["adds"]

    def _run(self, phase: str, store: Path, budget: float, before: tuple[str, ...] = ()) -> Told:
        process = Process(self.python, self.folder / "home", budget + GRACE, before)
        return process.run(self._spec(phase, store, budget), self.note)

    def _spec(self, phase: str, store: Path, budget: float) -> Mapping[str, object]:
        return {
            "phase": phase,
            "driver": str(self.system.script),
            "work": str(self.work.folder),
            "folder": str(store),
            "options": dict(self.system.options) | {"url": self.url},
            "size": self.work.size,
            "singles": singles(self.work.size),
            "batch": BATCH,
            "budget": budget,
            "k": K,
            "mark": str(self.folder / "mark"),
        }


def singles(size: int) -> int:
    """How many of the memories are added one by one, at the end; whole conversations."""
    return min(SINGLES, size // 5) // 10 * 10


def taken(folder: Path) -> int:
    """Bytes of disk that a folder takes."""
    return sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file())


def _added(cell: Cell, told: Told) -> int:
    """Takes the figures of adding; returns how many were added."""
    added = told.events.get("progress", {}).get("added", 0)
    if batch := told.events.get("batch"):
        cell.figures |= figures.of_batch(batch)
        added = batch["added"]
    if single := told.events.get("single"):
        cell.figures |= figures.of_singles(single)
        added += len(single["seconds"])
    return int(added)


def _searched(cell: Cell, kind: str, event: Mapping[str, object], exact: bool) -> None:
    if reason := event.get("reason"):
        cell.lacks((kind,), str(reason))
    elif event:
        cell.figures |= figures.of_searches(kind, event, exact)
        if cell.figures[f"{kind}_n"] < float(str(event["wanted"])):
            done = cell.figures[f"{kind}_n"]
            cell.notes[kind] = f"stopped by the time budget after {done:.0f} searches"
