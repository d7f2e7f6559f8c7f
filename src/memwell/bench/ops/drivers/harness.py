"""Drives one system through one phase and reports what it measured, as JSON lines on stdout.

Run as a script: `python -P harness.py SPEC.json`. It needs the standard library and numpy only.

    fill    a new store: batches, then single adds, each acknowledged before the next
    seek    a new process: open, first search, then many, without and with the filter
    syncs   a new store: a few adds between two marks, for whoever traces the system calls
"""

import importlib.util
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TextIO

import numpy as np

WARM = 3  # searches before those that count
TRACED = 10  # adds between two marks


class Work:
    """The workload's files, read as they are needed."""

    def __init__(self, folder: Path) -> None:
        self.vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        self.topics = [f"t{number:02d}" for number in np.load(folder / "topics.npy").tolist()]
        self.texts = folder / "texts.txt"

    def blocks(self, start: int, end: int, size: int) -> Iterator[dict[str, Any]]:
        """Rows from start to end with text, vector and topic, at most `size` at a time."""
        with self.texts.open(encoding="utf-8") as lines:
            spoken = (line.rstrip("\n") for line in islice(lines, start, end))
            for at in range(start, end, size):
                stop = min(at + size, end)
                yield {
                    "rows": list(range(at, stop)),
                    "texts": list(islice(spoken, stop - at)),
                    "vectors": np.array(self.vectors[at:stop]),
                    "topics": self.topics[at:stop],
                }


class Clock:
    """The budget of seconds, and what was spent elsewhere on this system's behalf."""

    def __init__(self, system: Any, budget: float) -> None:
        self._elsewhere: Callable[[], float] = getattr(system, "elsewhere", lambda: 0.0)
        self._end = perf_counter() + budget

    def over(self) -> bool:
        return perf_counter() > self._end

    def elsewhere(self) -> float:
        return self._elsewhere()


def fill(system: Any, spec: dict[str, Any], say: Callable[..., None]) -> None:
    work, clock = Work(Path(spec["work"])), Clock(system, spec["budget"])
    system.open(new=True)
    stopped = _batches(system, work, spec, clock, say)
    if not stopped:
        _singles(system, work, spec, clock, say)
    start = perf_counter()
    getattr(system, "tidy", lambda: None)()
    say("tidy", seconds=perf_counter() - start)
    say("settings", **system.settings())
    system.close()


def _batches(
    system: Any, work: Work, spec: dict[str, Any], clock: Clock, say: Callable[..., None]
) -> bool:
    """Adds all but the last few; says whether time ran out."""
    added, seconds, cpu, before = 0, 0.0, 0.0, clock.elsewhere()
    end = spec["size"] - spec["singles"]
    for block in work.blocks(0, end, spec["batch"]):
        if clock.over():
            break
        start, spent = perf_counter(), process_time()
        system.add_many(block)
        seconds += perf_counter() - start
        cpu += process_time() - spent
        added += len(block["rows"])
        say("progress", added=added)
    say("batch", added=added, seconds=seconds, cpu=cpu, elsewhere=clock.elsewhere() - before)
    return bool(added < end)


def _singles(
    system: Any, work: Work, spec: dict[str, Any], clock: Clock, say: Callable[..., None]
) -> None:
    took: list[float] = []
    cpu: list[float] = []
    before = clock.elsewhere()
    for one in work.blocks(spec["size"] - spec["singles"], spec["size"], 1):
        if clock.over():
            break
        start, spent = perf_counter(), process_time()
        system.add(one)
        cpu.append(process_time() - spent)
        took.append(perf_counter() - start)
    say("single", seconds=took, cpu=cpu, elsewhere=clock.elsewhere() - before)


def seek(system: Any, spec: dict[str, Any], say: Callable[..., None]) -> None:
    folder = Path(spec["work"])
    asked = json.loads((folder / "questions.json").read_text("utf-8"))
    vectors = np.load(folder / "questions.npy")
    questions = list(zip(asked["texts"], vectors, asked["topics"], strict=True))
    start = perf_counter()
    system.open(new=False)
    opened = perf_counter()
    system.prepare(asked["texts"], vectors) if hasattr(system, "prepare") else None
    ready = perf_counter()
    system.search(*questions[0][:2], None, spec["k"])
    say("cold", open=opened - start, first=perf_counter() - ready)
    for kind, truth in (("search", "truth.npy"), ("filtered", "truth_filtered.npy")):
        clock = Clock(system, spec["budget"] / 2)
        reason = getattr(system, "refuses", lambda _: None)(kind)
        if reason:
            say(kind, reason=reason)
            continue
        exact = np.load(folder / truth).tolist()
        _searches(system, kind, questions, exact, spec["k"], clock, say)
    say("memory", **resident())
    system.close()


def _searches(
    system: Any, kind: str, questions: list[Any], exact: list[list[int]], k: int, clock: Clock,
    say: Callable[..., None],
) -> None:  # fmt: skip
    for text, vector, topic in questions[:WARM]:
        system.search(text, vector, topic if kind == "filtered" else None, k)
    wall: list[float] = []
    cpu: list[float] = []
    recall: list[float] = []
    before = clock.elsewhere()
    for (text, vector, topic), rows in zip(questions, exact, strict=True):
        if wall and clock.over():
            break
        start, spent = perf_counter(), process_time()
        found = system.search(text, vector, topic if kind == "filtered" else None, k)
        cpu.append(process_time() - spent)
        wall.append(perf_counter() - start)
        recall.append(share(found, rows))
    spent = clock.elsewhere() - before
    say(kind, wall=wall, cpu=cpu, recall=recall, elsewhere=spent, wanted=len(questions))


def share(found: list[int], exact: list[int]) -> float:
    """How many of the true neighbours were found; -1 stands for none."""
    true = {row for row in exact if row >= 0}
    return len(true & set(found)) / len(true) if true else 1.0


def syncs(system: Any, spec: dict[str, Any], say: Callable[..., None]) -> None:
    work = Work(Path(spec["work"]))
    system.open(new=True)
    for number, one in enumerate(work.blocks(0, 3 * TRACED, 1)):
        if number in (TRACED, 2 * TRACED):
            mark(Path(spec["mark"]))
        system.add(one)
    say("traced", adds=TRACED)
    system.close()


def mark(path: Path) -> None:
    """A sync of its own file, which a trace of the system calls shows."""
    with path.open("w") as file:
        os.fsync(file.fileno())


def resident() -> dict[str, float]:
    """Resident bytes: all of them, and those that are pages of mapped files."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {"rss": 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "mapped": 0.0}
    held = {line.split(":")[0]: line.split(":")[1] for line in lines if "kB" in line}
    return {
        "rss": 1024.0 * int(held["VmRSS"].split()[0]),
        "mapped": 1024.0 * int(held["RssFile"].split()[0]),
    }


def reporter(out: TextIO) -> Callable[..., None]:
    """Writes one line per event."""

    def say(event: str, **fields: Any) -> None:
        out.write(json.dumps({"event": event, **fields}) + "\n")
        out.flush()

    return say


def driver(path: Path) -> Any:
    """The module in this file, under a name that hides no package."""
    found = importlib.util.spec_from_file_location("driven_system", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def main() -> None:
    """What the driver prints goes to standard error; standard output is for events."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    spec = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    say = reporter(out)
    say("started", **resident())
    start = perf_counter()
    system = driver(Path(spec["driver"])).System(Path(spec["folder"]), spec["options"])
    say("imported", seconds=perf_counter() - start)
    {"fill": fill, "seek": seek, "syncs": syncs}[spec["phase"]](system, spec, say)


if __name__ == "__main__":
    main()
