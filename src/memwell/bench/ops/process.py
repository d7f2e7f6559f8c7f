"""Runs a driver in a process of its own and reads the events it reports."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import memwell
from memwell.bench.ops.systems import DRIVERS

Event = Mapping[str, Any]

# Nothing leaves this machine: what tries is sent to a port where nobody listens.
OFFLINE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "ANONYMIZED_TELEMETRY": "False",
    "MEM0_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
}


@dataclass
class Told:
    """What a process reported, by event, and why it ended early, if it did."""

    events: dict[str, Event] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """How to run drivers: the interpreter, the seconds until it is ended, a command before it."""

    python: Path
    home: Path  # where packages that keep settings may put them
    seconds: float
    before: Sequence[str] = ()

    def run(self, spec: Mapping[str, object], note: Callable[[str], None]) -> Told:
        """Run one phase to its end, or until its time is up."""
        self.home.mkdir(parents=True, exist_ok=True)
        file, errors = self.home / "spec.json", self.home / "stderr.txt"
        file.write_text(json.dumps(spec), "utf-8")
        command = [*self.before, str(self.python), "-P", str(DRIVERS / "harness.py"), str(file)]
        with (
            errors.open("w", encoding="utf-8") as log,
            subprocess.Popen(  # noqa: S603 (our own script)
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._variables(),
                start_new_session=True,
            ) as process,
        ):
            told = self._listen(process, note)
        if process.returncode and told.failure is None:
            told.failure = f"failed: {_last(errors)}"
        return told

    def _listen(self, process: subprocess.Popen[str], note: Callable[[str], None]) -> Told:
        told = Told()

        def end() -> None:
            told.failure = "time budget"
            os.killpg(process.pid, signal.SIGKILL)

        watch = Timer(self.seconds, end)
        watch.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                event = json.loads(line)
                told.events[event["event"]] = event
                if event["event"] == "progress":
                    note(f"{event['added']:,} added")
            process.wait()
        finally:
            watch.cancel()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return told

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        own = str(Path(memwell.__file__).parents[1]) if self._is_own() else ""
        return kept | OFFLINE | {"PYTHONPATH": own, "MEM0_DIR": str(self.home)}

    def _is_own(self) -> bool:
        """Peers find nothing of memwell in their environment."""
        return not (self.python.parent.parent / "installed.txt").exists()


def _last(errors: Path) -> str:
    lines = [line.strip() for line in errors.read_text("utf-8", "replace").splitlines() if line]
    return lines[-1][:200] if lines else "it said nothing"
