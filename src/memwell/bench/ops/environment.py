"""A Python environment for each peer, made at its first use and kept in the user's cache."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from memwell.bench.ops.systems import System
from memwell.core.errors import ModelUnavailable

PATIENCE = 1_800  # seconds for an installation


def python(system: System, folder: Path, note: Callable[[str], None]) -> Path:
    """The interpreter that runs the system's driver.

    Raises ModelUnavailable when its packages cannot be installed.
    """
    if not system.requires:
        return Path(sys.executable)
    place = folder / system.requires[0].replace("==", "-")
    interpreter = place / "bin" / "python"
    done = place / "installed.txt"
    wanted = "\n".join(system.requires)
    if not done.exists() or done.read_text("utf-8") != wanted:
        note(f"installing {', '.join(system.requires)} (once)")
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        _run([str(interpreter), "-m", "pip", "install", *quiet, *system.requires])
        done.write_text(wanted, "utf-8")
    return interpreter


def _run(command: list[str]) -> None:
    try:
        subprocess.run(  # noqa: S603 (an interpreter with arguments of our own)
            command, check=True, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.CalledProcessError as fault:
        last = (fault.stderr or fault.stdout or "").strip().splitlines()[-1:]
        raise ModelUnavailable(f"package missing: {' '.join(last)}") from fault
    except subprocess.TimeoutExpired as fault:
        raise ModelUnavailable("package missing: its installation took too long") from fault
