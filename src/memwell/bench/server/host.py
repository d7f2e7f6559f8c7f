"""A server in a process of its own, and what one has to know to ask it."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from memwell.bench.ops.process import OFFLINE
from memwell.core.errors import ModelUnavailable

PATIENCE = 120.0  # seconds for a server to come up


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Host(Protocol):
    """A system that is served."""

    @property
    def name(self) -> str: ...

    @property
    def requires(self) -> tuple[str, ...]:
        """Packages of its own environment; none: memwell's."""
        ...

    def command(self, python: Path, folder: Path, port: int) -> list[str]:
        """What starts it."""
        ...

    def begin(self, client: httpx.Client, said: str, users: Iterable[str]) -> None:
        """Makes room for the users; `said` is what the process printed first."""
        ...

    def add(self, user: str, words: str) -> Ask: ...

    def search(self, user: str, words: str) -> Ask: ...

    def owners(self, answer: Any) -> set[str]:
        """Whose memories a search has found."""
        ...

    def kept(self, client: httpx.Client, user: str) -> set[str]:
        """All words that are there."""
        ...


class Process:
    """Runs a host until it is ended."""

    def __init__(self, host: Host, python: Path, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = (folder / "log.txt").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 (a command of our own)
            host.command(python, folder / "data", port), stdout=self._log, stderr=self._log,
            env={**_variables(), **OFFLINE}, cwd=folder,
        )  # fmt: skip
        self._wait()

    def said(self) -> str:
        """What it printed."""
        self._log.seek(0)
        return re.sub(r"\x1b\[[0-9;]*m", "", self._log.read())

    def end(self) -> None:
        """As an operator ends it."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _wait(self) -> None:
        """Until it answers anything. Raises ModelUnavailable when it does not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            try:
                httpx.get(self.url, timeout=5, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        told = self.said().strip().splitlines()[-1:]
        self.end()
        raise ModelUnavailable(f"the server did not come up: {' '.join(told)}")


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _variables() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[3])}
