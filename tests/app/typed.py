"""Typing commands of `memwell` in tests."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from memwell.app.cli import app

ANSI = re.compile(r"\x1b\[")


@dataclass
class Shell:
    """Runs commands on one memory, by words alone unless told otherwise."""

    folder: Path | str  # or the URL of a database
    options: tuple[str, ...] = ("--embedder", "none")

    def run(self, *words: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(
            app, [*self._before(), *(str(word) for word in words)], input=stdin
        )

    def text(self, *words: object, stdin: str | None = None) -> str:
        """What a successful command prints; nobody's terminal, so without colour."""
        result = self.run(*words, stdin=stdin)
        assert result.exit_code == 0, f"{words}: {result.output} {result.exception!r}"
        assert not ANSI.search(result.stdout)
        assert all(line == line.rstrip() for line in result.stdout.splitlines())
        return result.stdout

    def json(self, *words: object, stdin: str | None = None, exit_code: int = 0) -> Any:
        result = self.run(*words, "--json", stdin=stdin)
        assert result.exit_code == exit_code, f"{words}: {result.output} {result.exception!r}"
        return json.loads(result.stdout)

    def error(self, *words: object, stdin: str | None = None) -> str:
        """The one line of a command that fails; nothing on standard output."""
        result = self.run(*words, stdin=stdin)
        assert result.exit_code == 2, f"{words}: {result.output} {result.exception!r}"
        assert result.stdout == ""
        line, *rest = result.stderr.splitlines()
        assert not rest, result.stderr
        assert line.startswith("error: ")
        return line

    def _before(self) -> list[str]:
        return ["--memory", str(self.folder), *self.options]


TURNS = (
    ("I moved from Porto to Lisbon.", "s1", "2025-05-03"),
    ("My dog Biscuit sleeps on the balcony.", "s1", "2025-05-03T10:00"),
    ("I have the dentist on Fridays.", "s2", "2025-06-10"),
)


def filled(folder: Path) -> tuple[Shell, list[str]]:
    """A memory of three turns, and their ids."""
    shell = Shell(folder)
    receipts = [
        shell.json("add", text, "--session", session, "--at", at, "--user", "ana")
        for text, session, at in TURNS
    ]
    return shell, [receipt["applied"][0]["id"] for receipt in receipts]
