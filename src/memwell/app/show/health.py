"""How a memory is: what is wrong, what was mended, what is lost."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from memwell.kernel.doctor.examine import Health

MOST = 20  # losses shown before the rest is counted


def health_report(folder: Path, health: Health, repair: bool) -> RenderableType:
    """The verdict first."""
    grave = [each for each in health.findings if each.grave]
    verdict = (
        Text(f"{folder} is whole: {len(health.checks)} checks", style="bold green")
        if not grave
        else Text(f"{folder} is not whole: {len(grave)} things are wrong", style="bold red")
    )
    return Group(verdict, *_lines(health, repair))


def _lines(health: Health, repair: bool) -> Iterator[Text]:
    for done in health.repaired:
        yield Text(f"  mended  {done}", style="green")
    for loss in health.lost[:MOST]:
        yield Text(f"  lost    {loss}", style="red")
    if len(health.lost) > MOST:
        yield Text(f"  lost    … and {len(health.lost) - MOST} more; --json lists all", style="dim")
    for each in health.findings:
        word, style = ("wrong ", "red") if each.grave else ("note  ", "dim")
        yield Text(f"  {word}  {each.check}: {each.what}", style=style)
        if each.examples:
            yield Text(f"          {', '.join(each.examples)}", style="dim")
    if not repair and any(each.grave and each.repair for each in health.findings):
        yield Text("`memwell doctor --repair` mends what can be mended", style="dim")
