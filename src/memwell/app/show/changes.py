"""What differs between two points of a memory, or two branches."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from memwell.app.dates import minute
from memwell.app.show.turns import heading
from memwell.app.show.versions import changed
from memwell.core.branch import Branch
from memwell.kernel.timeline import Change, Kind

STYLE = {Kind.ADDED: "green", Kind.CHANGED: "yellow", Kind.GONE: "red"}


def compared(changes: Sequence[Change], *, colour: bool) -> RenderableType:
    """One memory after the other, with what changed in its words."""
    if not changes:
        return Text("No difference.")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for change in changes:
        told = change.after or change.before
        assert told is not None
        table.add_row(
            Text(change.kind, style=STYLE[change.kind]),
            Group(heading(told), _words(change, colour=colour)),
        )
    return table


def _words(change: Change, *, colour: bool) -> Text:
    before = change.before.text if change.before else ""
    after = change.after.text if change.after else ""
    if before == after:
        states = (change.before, change.after)
        return Text(" → ".join(cube.state for cube in states if cube), style="dim")
    return changed(before, after, colour=colour)


def branch_table(branches: Sequence[Branch], here: str) -> Table:
    """The branches, and where each begins."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for branch in branches:
        origin = f"from {branch.parent} at journal {branch.forked}" if branch.parent else ""
        made = minute(branch.at) if branch.parent else ""
        mark = "*" if branch.name == here else " "
        table.add_row(mark, Text(branch.name, style="bold"), Text(origin), Text(made, style="dim"))
    return table
