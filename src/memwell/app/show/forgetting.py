"""What is to be forgotten, and what was."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

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
    return Group(title, *(turn(cube, limit=EXCERPT) for cube in cubes[:MOST]), *more)


def gone(report: ForgetReport) -> Text:
    """One line: how much went, and whether anything is left."""
    checked = (
        ("nothing of it is left", "green")
        if report.verified
        else ("some of it can still be read: run it again", "bold red")
    )
    return Text.assemble((f"{_counted(report)} forgotten for good", "bold"), "; ", checked)


def _counted(report: ForgetReport) -> str:
    whole = len(report.cubes)
    derived = whole - report.asked
    told = f"{whole} {'memory' if whole == 1 else 'memories'}"
    return f"{told} ({derived} made from them)" if derived > 0 else told
