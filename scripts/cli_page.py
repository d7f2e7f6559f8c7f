"""docs/cli.md: the command line, written from the commands themselves."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from memwell.app.cli import app
from memwell.app.group import LATER, MEMORY

INTRODUCTION = """\
<!-- Written by `make docs` from the commands; edit those instead. -->
# Command line

`memwell COMMAND --help` tells the same as this page. `--json` prints one JSON object (`papers`:
one list) and nothing else on standard output; fields may be added to it and are never renamed.
Progress, questions and errors go to standard error. Colour is left out where output is no terminal,
and when `NO_COLOR` is set.

Ids may be shortened to any beginning that only one memory has; eight characters are shown. Dates
are ISO 8601 (`2025-05-12`, `2025-05-12T10:30`); without a zone they are UTC.

| exit code | meaning |
|--:|---|
| 0 | done |
| 1 | done in part: something in an import was unreadable, a demo answer was wrong, or you said no |
| 2 | an error, told in one line; `--debug` shows where it arose |
| 130 | an import was interrupted; the same command goes on where it stopped |
"""

SHARED = "Every command that works on a memory takes these, before or after its name:"


def render_cli() -> str:
    """The whole page."""
    root: Any = typer.main.get_command(app)
    parts = [INTRODUCTION, "## Which memory", "", SHARED, ""]
    parts += _table([each for each in root.params if _panel(each) == MEMORY])
    for name, command in root.commands.items():
        parts += _command(f"memwell {name}", LATER[name].load(name) if name in LATER else command)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _command(title: str, command: Any) -> Iterator[str]:
    yield from ("", f"## {title}", "", _paragraphs(command.help or ""), "")
    subcommands = getattr(command, "commands", None)
    if subcommands:
        for name, each in subcommands.items():
            yield from (f"### {title} {name}", "", _paragraphs(each.help or ""), "")
            yield from _usage(f"{title} {name}", each)
    else:
        yield from _usage(title, command)


def _usage(title: str, command: Any) -> Iterator[str]:
    own = [each for each in command.params if _panel(each) != MEMORY and not each.hidden]
    arguments = [each for each in own if each.param_type_name == "argument"]
    words = " ".join([title, *map(_spelled, arguments), "[OPTIONS]"])
    yield from ("```text", words, "```", "")
    yield from _table([*arguments, *(each for each in own if each not in arguments)])


def _table(parameters: list[Any]) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for each in parameters:
        default = _default(each)
        words = f"{each.help or ''}{f' Default: `{default}`.' if default else ''}"
        yield f"| {_name(each)} | {words.replace('|', chr(92) + '|')} |"
    yield ""


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    spelled = ", ".join(f"`{each}`" for each in parameter.opts)
    value = (
        ""
        if parameter.is_flag
        else f" {parameter.metavar or parameter.opts[-1].lstrip('-').upper()}"
    )
    return f"{spelled}{value}".replace("|", "\\|")


def _default(parameter: Any) -> str:
    value = getattr(parameter.default, "value", parameter.default)
    return "" if value in (None, False, "", ()) or callable(value) else str(value)


def _spelled(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    many = "..." if argument.nargs == -1 else ""
    return f"{name}{many}" if argument.required else f"[{name}{many}]"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _panel(parameter: Any) -> str | None:
    return getattr(parameter, "rich_help_panel", None)
