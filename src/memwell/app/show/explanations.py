"""Why a memory is, or is not, among the results."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memwell.app.show.bars import bar
from memwell.app.show.reasons import named, shares
from memwell.app.show.turns import short, turn
from memwell.kernel.explain import Explanation

NAUGHT = 0.0005  # parts of the score that would be shown as zero are not shown


def explained(found: Explanation, query: str) -> RenderableType:
    """The verdict, the memory, and every part of its score."""
    style = "green" if found.rank == 1 else "yellow" if found.rank else "red"
    parts: list[RenderableType] = [
        Text.assemble((found.verdict, f"bold {style}"), _score(found)),
        Padding(turn(found.cube, query), (1, 0, 1, 2)),
    ]
    if found.reasons:
        parts.append(Padding(_table(found), (0, 0, 0, 2)))
    if found.ahead:
        parts.append(Padding(_ahead(found), (1, 0, 0, 0)))
    return Group(*parts)


def _score(found: Explanation) -> str:
    return f", score {found.score:.3f}" if found.score is not None else ""


def _table(found: Explanation) -> Table:
    before = {reason.name: reason.value for reason in found.ahead.reasons} if found.ahead else {}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("because of")
    table.add_column("")
    table.add_column("points", justify="right")
    if found.ahead:
        table.add_column("just ahead", justify="right")
    for reason, share in shares(found.reasons):
        if max(abs(reason.value), abs(before.get(reason.name, 0.0))) < NAUGHT:
            continue
        row: list[RenderableType] = [Text(named(reason)), bar(share), f"{reason.value:+.3f}"]
        if found.ahead:
            row.append(Text(f"{before.get(reason.name, 0.0):+.3f}", style="dim"))
        table.add_row(*row)
    return table


def _ahead(found: Explanation) -> Text:
    assert found.ahead is not None
    words = found.ahead.cube.text
    told = words if len(words) < 80 else f"{words[:78]} …"
    return Text.assemble(
        ("just ahead  ", "dim"), (short(found.ahead.cube.id), "green"), f"  {told}"
    )
