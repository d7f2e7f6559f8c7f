"""The whole run: every system at every size, each in processes of its own, beside the others."""

import os
import platform
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from memwell.bench.ops import environment
from memwell.bench.ops.cell import Bench
from memwell.bench.ops.figures import GROUPS, Cell
from memwell.bench.ops.stub import EmbeddingStub
from memwell.bench.ops.systems import System, short
from memwell.bench.ops.workload import Workload, prepared
from memwell.core.errors import ModelUnavailable
from memwell.models.minilm import cores

Note = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What is run, and where it lies."""

    sizes: Sequence[int]
    systems: Sequence[System]
    folder: Path
    budget: float = 600.0  # seconds for a system at a size
    questions: int = 200
    seed: int = 0


@dataclass(frozen=True)
class OpsReport:
    """Cells in order of size, then of system."""

    config: dict[str, object]
    cells: tuple[Cell, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "benchmark": "ops",
            "config": self.config,
            "cells": [cell.as_json() for cell in self.cells],
        }

    def sizes(self) -> list[int]:
        return list(dict.fromkeys(cell.size for cell in self.cells))

    def of_size(self, size: int) -> list[Cell]:
        return [cell for cell in self.cells if cell.size == size]


def run(settings: Settings, note: Note) -> OpsReport:
    """Every cell is run, or says why not."""
    cells: list[Cell] = []
    known = config(settings)
    for size in settings.sizes:
        note(f"{short(size)}: making the workload")
        work = prepared(settings.folder / "work", size, settings.questions, settings.seed)
        with TemporaryDirectory(prefix="stores-", dir=settings.folder) as stores:
            cells += [
                _told(_cell(settings, system, work, Path(stores), note), note)
                for system in settings.systems
            ]
    return OpsReport(known | {"load_after": load()}, tuple(cells))


def config(settings: Settings) -> dict[str, object]:
    """What a reader needs to know to repeat it."""
    return {
        "sizes": [short(size) for size in settings.sizes],
        "seed": settings.seed,
        "questions": settings.questions,
        "budget_s": settings.budget,
        "versions": sorted({one.requires[0] for one in settings.systems if one.requires}),
        "python": platform.python_version(),
        "cores": cores(),
        "load_before": load(),
    }


def load() -> float:
    """How busy the machine is with this and with others' work: processes that want a core."""
    return round(os.getloadavg()[0], 1)


def _cell(settings: Settings, system: System, work: Workload, stores: Path, note: Note) -> Cell:
    def say(words: str) -> None:
        note(f"{short(work.size)}: {system.name}: {words}")

    reason = system.unfit(work.size) or _unread(system, stores)
    if reason is None:
        try:
            python = environment.python(system, settings.folder / "environments", say)
            return _run(settings, system, work, stores, python, say)
        except ModelUnavailable as fault:
            reason = str(fault)
    cell = Cell(system.name, work.size)
    cell.lacks(GROUPS, reason)
    return cell


def _told(cell: Cell, note: Note) -> Cell:
    note(f"{short(cell.size)}: {cell.system}: {cell}")
    return cell


def _unread(system: System, stores: Path) -> str | None:
    """Why there is nothing to read."""
    if system.reads and not (stores / system.reads / "store").exists():
        return f"{system.reads} did not get that far"
    return None


def _run(
    settings: Settings, system: System, work: Workload, stores: Path, python: Path, note: Note
) -> Cell:
    folder = stores / system.name
    folder.mkdir(parents=True, exist_ok=True)
    store = stores / (system.reads or system.name) / "store"
    with _served(work) if system.served else nullcontext() as stub:
        url = stub.url if stub else None
        return Bench(system, work, python, folder, store, settings.budget, url, note).run()


def _served(work: Workload) -> EmbeddingStub:
    texts = [*work.turns(), *work.asked()]
    return EmbeddingStub(texts, [*work.vectors(), *work.asked_vectors()])
