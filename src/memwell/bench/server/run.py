"""Runs every system under the same crowd, and looks afterwards whether anything is missing."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from memwell.bench.ops import environment
from memwell.bench.ops.systems import System
from memwell.bench.server.crowd import Plan, Seen, crowd
from memwell.bench.server.host import Host, Process
from memwell.bench.table import NONE, Table
from memwell.core.errors import MemwellError

HEADING = (
    "system", "requests/s", "adds/s", "add p50 ms", "p95", "p99", "search p50 ms", "p95", "p99",
    "errors", "lost adds", "cross-tenant",
)  # fmt: skip
MEMWELL = (
    "memwell: one key and one tenant for each user; every add is synced to disk before it is "
    "acknowledged; with minilm it embeds on the same cores."
)
CHROMADB = (
    "chromadb: one collection for each user, nobody is asked for a key, and vectors are handed in, "
    "so that it embeds nothing."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One system."""

    system: str
    requests: float = 0.0  # a second
    adds: float = 0.0  # of them
    add_ms: tuple[float, ...] = ()
    search_ms: tuple[float, ...] = ()
    errors: int = 0
    lost: int = 0
    strangers: int = 0
    failure: str | None = None

    def cells(self) -> tuple[str, ...]:
        if self.failure:
            return (self.system, *[NONE] * (len(HEADING) - 1))
        times = [f"{each:.1f}" for each in (*self.add_ms, *self.search_ms)]
        rates = (f"{self.requests:.0f}", f"{self.adds:.0f}")
        return (self.system, *rates, *times, *map(str, (self.errors, self.lost, self.strangers)))


def run(
    hosts: Sequence[Host], plan: Plan, environments: Path, note: Callable[[str], None]
) -> list[Row]:
    """A row for each; one that cannot run says why."""
    rows = []
    for host in hosts:
        note(f"{host.name}: {plan.clients} clients for {plan.seconds:.0f} s")
        try:
            rows.append(_run(host, plan, environments, note))
        except (MemwellError, httpx.HTTPError) as error:
            rows.append(Row(host.name, failure=str(error)))
    return rows


def _run(host: Host, plan: Plan, environments: Path, note: Callable[[str], None]) -> Row:
    packages = System(host.name, host.name, "", host.requires)
    python = environment.python(packages, environments, note)
    with tempfile.TemporaryDirectory(prefix="memwell-bench-") as folder:
        process = Process(host, python, Path(folder))
        try:
            with httpx.Client(base_url=process.url, timeout=120, trust_env=False) as client:
                host.begin(client, process.said(), plan.named())
                seen = crowd(process.url, host, plan)
                lost = _lost(client, host, seen)
        finally:
            process.end()
    return _row(host.name, seen, lost)


def _lost(client: httpx.Client, host: Host, seen: Seen) -> int:
    """Acknowledged adds that are not there."""
    return sum(len(words - host.kept(client, user)) for user, words in seen.acknowledged.items())


def _row(name: str, seen: Seen, lost: int) -> Row:
    count = len(seen.adds) + len(seen.searches)
    return Row(
        name, count / seen.seconds, len(seen.adds) / seen.seconds, _centiles(seen.adds),
        _centiles(seen.searches), sum(seen.errors.values()), lost, seen.strangers,
    )  # fmt: skip


def _centiles(seconds: list[float]) -> tuple[float, ...]:
    """The 50th, 95th and 99th, in milliseconds."""
    if not seconds:
        return (0.0, 0.0, 0.0)
    return tuple(1000 * float(each) for each in np.percentile(seconds, [50, 95, 99]))


def table(rows: Sequence[Row], plan: Plan) -> Table:
    who = f"{plan.clients} clients of {plan.users} users"
    title = f"{who}, {plan.seconds:.0f} s, {plan.adds:.0%} adds"
    return Table(title, HEADING, tuple(row.cells() for row in rows))


def notes(rows: Sequence[Row]) -> list[str]:
    """What stands behind the columns."""
    return [
        *(f"{row.system}: {row.failure}" for row in rows if row.failure),
        MEMWELL,
        CHROMADB,
        "The clients run on the same machine and take their share of it.",
    ]


def as_json(rows: Sequence[Row], plan: Plan) -> dict[str, Any]:
    return {"plan": asdict(plan), "systems": [asdict(row) for row in rows]}
