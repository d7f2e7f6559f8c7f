"""Where output goes: results to standard output, all else to standard error."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def console() -> "Console":
    """For results; no colour when it is not a terminal."""
    from memwell.app.screen import Screen

    return Screen(highlight=False, markup=False)


def notes() -> "Console":
    """For progress, hints and questions."""
    from memwell.app.screen import Screen

    return Screen(stderr=True, highlight=False, markup=False)


def show(result: "RenderableType") -> None:
    """Prints a result; lines that go to a file or a pipe do not end in blanks."""
    screen = console()
    if screen.is_terminal:
        screen.print(result)
        return
    with screen.capture() as captured:
        screen.print(result)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
