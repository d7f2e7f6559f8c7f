"""How `memwell` lists its commands, loads them, and tells errors.

Help is plain text, because it must come at once; commands that need much are imported when run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from memwell.app.harmless import harmless
from memwell.core.errors import MemwellError
from memwell.store.driver import errors

FAILED = 2  # exit code of an error
OWN = "Options"
ARGUMENTS = "Arguments"
MEMORY = "Which memory"


@dataclass(frozen=True)
class Later:
    """A command that is imported when it is run: "module:name", and its line in the list."""

    target: str
    summary: str

    def load(self, name: str) -> Any:
        """The command, or the group of commands, with plain help."""
        module, attribute = self.target.split(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(name, cls=Command)(found)
            found = alone
        command: Any = typer.main.get_command(found)
        for each in (command, *getattr(command, "commands", {}).values()):
            each.rich_markup_mode = None
        return command


LATER: Mapping[str, Later] = {
    "bench": Later("memwell.app.bench_commands:bench_app", "Measure a memory on benchmarks."),
    "strategies": Later("memwell.app.strategies:strategies", "Compare the ways to remember."),
    "papers": Later("memwell.app.papers:papers_command", "List the papers memwell is built from."),
}


class Command(TyperCommand):
    """A command whose help shows its own options before those that all commands have."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Overrides typer's braces."""
        arguments = [each for each in self.get_params(ctx) if each.param_type_name == "argument"]
        return [*map(_usage, arguments), "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Overrides typer's one list."""
        _write_sections(_options(self, ctx), formatter)


class Root(TyperGroup):
    """All commands, listed by section. Errors that were raised on purpose become one clear line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Loads what is imported late."""
        name = args[0]
        if name in LATER:
            self.commands[name] = LATER[name].load(name)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands come first: they are what a reader looks for."""
        commands = [
            (_section(command), (name, command.get_short_help_str(limit=200)))
            for name, command in self.commands.items()
        ]
        _write_sections([*commands, *_options(self, ctx)], formatter)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = isinstance(error, (MemwellError, OSError, *errors()))
            if not told or isinstance(error, BrokenPipeError) or (ctx.obj or {}).get("debug"):
                raise
            complain(_words(error))
            raise typer.Exit(FAILED) from error


def complain(text: str) -> None:
    """One line on standard error."""
    typer.echo(f"{typer.style('error:', fg='red', bold=True)} {harmless(text)}", err=True)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    many = "..." if argument.nargs == -1 else ""
    return f"{name}{many}" if argument.required else f"[{name}{many}]"


def _options(command: Any, ctx: Any) -> list[tuple[str, tuple[str, str]]]:
    records = ((each, each.get_help_record(ctx)) for each in command.get_params(ctx))
    return [(_section(each), record) for each, record in records if record]


def _section(listed: Any) -> str:
    usual = ARGUMENTS if getattr(listed, "param_type_name", "") == "argument" else OWN
    return str(getattr(listed, "rich_help_panel", None) or usual)


def _write_sections(rows: Iterable[tuple[str, tuple[str, str]]], formatter: Any) -> None:
    """Rows under their headings; headings in order of first appearance, all in one measure."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for section, (name, words) in rows:
        sections.setdefault(section, []).append((name, words))
    width = max(len(name) for held in sections.values() for name, _ in held)
    for section, held in sections.items():
        with formatter.section(section):
            formatter.write_dl([(name.ljust(width), words) for name, words in held])
