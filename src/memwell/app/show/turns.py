"""Memories on a terminal: one by one, or ranked."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memwell.app.dates import day
from memwell.app.show.bars import bar
from memwell.app.show.reasons import briefly
from memwell.app.show.wording import marked
from memwell.core.cube import MemCube
from memwell.core.hit import Hit

SHORT = 8  # characters of an id: enough to tell memories apart, and accepted everywhere
LINES = 3  # of a memory's words, before they are cut


def short(id: str) -> str:
    return id[:SHORT]


def who(cube: MemCube) -> str:
    return cube.speaker or cube.labels.get("role") or "someone"


def heading(cube: MemCube) -> Text:
    """Id, day, speaker and session in a line."""
    session = cube.scope.session
    return Text.assemble(
        (short(cube.id), "green"),
        "  ",
        (day(cube.at), "bold"),
        "  ",
        who(cube),
        (f"  in {session}" if session else "", "dim"),
        overflow="ellipsis",
        no_wrap=True,
    )


def turn(cube: MemCube, query: str = "", limit: int | None = None) -> RenderableType:
    """One memory under its heading."""
    return Group(heading(cube), Padding(marked(cube.text, query, limit), (0, 0, 0, 2)))


def ranked(hits: Sequence[Hit], query: str, width: int, *, full: bool = False) -> Table:
    """Hits with their bars, words and reasons."""
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    limit = None if full else LINES * (width - 6)
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(justify="right", style="bold", width=len(str(len(hits))) + 1)
    table.add_column(ratio=1)
    for rank, hit in enumerate(hits, 1):
        title = Text.assemble(bar(hit.score / best), "  ", heading(hit.cube))
        title.no_wrap, title.overflow = True, "ellipsis"
        why = Text(briefly(hit.reasons), style="dim")
        gap = [Text()] if rank < len(hits) else []
        table.add_row(str(rank), Group(title, marked(hit.cube.text, query, limit), why, *gap))
    return table
