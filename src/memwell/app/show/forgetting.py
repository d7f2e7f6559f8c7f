"""What is to be forgotten, and what was."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from memwell.app.dates import day
from memwell.app.show.turns import turn
from memwell.core.cube import MemCube
from memwell.kernel.forget import ForgetReport

MOST = 10  # memories shown before the rest is counted
EXCERPT = 160


def doomed(cubes: Sequence[MemCube], report: ForgetReport) -> RenderableType:
    """Every memory that would go."""
    rest = len(cubes) - MOST
    more = [Text(f"… and {rest} more", style="dim")] if rest > 0 else []
    title = Text(f"{_counted(report)} would be forgotten for good", style="bold yellow")
    shown = (turn(cube, limit=EXCERPT) for cube in cubes[:MOST])
    return Group(title, *shown, *more, *_beside(report, "would go"))


def gone(report: ForgetReport) -> RenderableType:
    """How much went, and whether anything is left."""
    left = "; the next opening removes it" if report.waiting else ": run it again"
    checked = (
        ("nothing of it is left", "green")
        if report.verified
        else (f"some of it can still be read{left}", "bold red")
    )
    first = Text.assemble((f"{_counted(report)} forgotten for good", "bold"), "; ", checked)
    return Group(first, *_beside(report, "went"), Text(report.how, style="dim"))


def _beside(report: ForgetReport, word: str) -> Iterator[Text]:
    """What goes with the memories, and what does not."""
    counts = {kind: number for kind, number in report.went.items() if number}
    if counts.get("branches") == 1:
        del counts["branches"]  # it lay in the one there is
    parts = [_number(kind.replace("_", " "), number) for kind, number in counts.items()]
    if parts:
        yield Text(f"{word} with it: {', '.join(parts)}", style="dim")
    for copy in report.copies:
        yield Text(f"copied before: {copy.kind} {copy.path} of {day(copy.at).strip()}", "yellow")


def _number(kinds: str, number: int) -> str:
    return f"1 {kinds.removesuffix('s')}" if number == 1 else f"{number:,} {kinds}"


def _counted(report: ForgetReport) -> str:
    whole = len(report.cubes)
    derived = whole - report.asked
    told = f"{whole} {'memory' if whole == 1 else 'memories'}"
    return f"{told} ({derived} made from them)" if derived > 0 else told
