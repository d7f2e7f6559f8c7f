"""The versions of a memory as a timeline, each with what changed in its words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from memwell.app.dates import minute
from memwell.app.show.turns import heading
from memwell.core.cube import MemCube

STATE = {"activated": "green", "frozen": "blue", "expired": "red"}


def timeline(
    versions: Sequence[MemCube], why: Mapping[int, str], *, colour: bool
) -> RenderableType:
    """First version first. Without colour, changes are marked by brackets."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    before: MemCube | None = None
    for cube in versions:
        words = Text(cube.text)
        if before is not None:
            words = changed(before.text, cube.text, colour=colour)
        reason = Text(why.get(cube.version, ""), style="italic")
        gap = [Text()] if cube is not versions[-1] else []
        told = Group(Text.assemble(_state(cube, versions[-1]), "  ", reason), words, *gap)
        table.add_row(f"v{cube.version}", minute(cube.known.start), told)
        before = cube
    return Group(heading(versions[-1]), Text(), table)


def _state(cube: MemCube, last: MemCube) -> Text:
    if cube is not last:
        return Text("replaced", style="dim")
    return Text(cube.state, style=STATE.get(cube.state, "yellow"))


def revised(versions: Sequence[MemCube], why: str, *, colour: bool) -> RenderableType:
    """The newest version against the one before it."""
    new = versions[-1]
    words = changed(versions[-2].text, new.text, colour=colour) if len(versions) > 1 else new.text
    return Group(Text.assemble(heading(new), (f"  now v{new.version}, {why}", "dim")), words)


def changed(old: str, new: str, *, colour: bool) -> Text:
    """The new words among the old: what went is struck out, what came is green."""
    marks = ("", "", "", "") if colour else ("[-", "-]", "{+", "+}")
    shown = Text()
    for went, came, same in _pieces(old, new):
        if same:
            shown.append(same)
        if went.strip():
            shown.append(f"{marks[0]}{went.strip()}{marks[1]} ", style="red strike")
        if came.strip():
            shown.append(f"{marks[2]}{came.strip()}{marks[3]}", style="green")
            shown.append(" " if came[-1:].isspace() else "")
    return shown


def _pieces(old: str, new: str) -> Iterator[tuple[str, str, str]]:
    """(gone, come, same) in order of the text."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    matcher = SequenceMatcher(
        None, [word.strip() for word in before], [word.strip() for word in after], autojunk=False
    )
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield "", "", "".join(after[k:m])
        else:
            yield "".join(before[i:j]), "".join(after[k:m]), ""
