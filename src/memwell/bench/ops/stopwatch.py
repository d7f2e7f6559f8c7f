"""Processor and wall time of the stages of one call, each without the stages within it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from time import perf_counter, process_time
from typing import Any

Stages = Mapping[str, tuple[type, str]]  # name → the class and its method


@dataclass
class Stopwatch:
    """Seconds by stage. Processor time is that of all threads of the process."""

    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wall: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _inner: list[list[float]] = field(default_factory=list)  # what stages within have taken

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start, spent = perf_counter(), process_time()
        self._inner.append([0.0, 0.0])
        try:
            yield
        finally:
            wall, cpu = perf_counter() - start, process_time() - spent
            within = self._inner.pop()
            self.wall[name] += wall - within[0]
            self.cpu[name] += cpu - within[1]
            if self._inner:
                self._inner[-1][0] += wall
                self._inner[-1][1] += cpu

    def taken(self) -> tuple[dict[str, float], dict[str, float]]:
        """Processor and wall seconds since the last time this was asked."""
        found = dict(self.cpu), dict(self.wall)
        self.cpu.clear()
        self.wall.clear()
        return found


@contextmanager
def watching(watch: Stopwatch, stages: Stages) -> Iterator[None]:
    """Within, every call of these methods is a stage."""
    kept = [(owner, method, owner.__dict__[method]) for owner, method in stages.values()]
    try:
        for name, (owner, method) in stages.items():
            setattr(owner, method, _timed(watch, name, getattr(owner, method)))
        yield
    finally:
        for owner, method, original in kept:
            setattr(owner, method, original)


def _timed(watch: Stopwatch, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def timed(*args: Any, **kwargs: Any) -> Any:
        with watch.stage(name):
            return method(*args, **kwargs)

    return timed
