"""A benchmark's table on the terminal."""

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable

from memwell.bench.table import Table


def rich_table(table: Table) -> RichTable:
    """The first column to the left, figures to the right."""
    shown = RichTable(
        title=table.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for place, heading in enumerate(table.heading):
        shown.add_column(heading, justify="left" if place == 0 else "right", no_wrap=True)
    for row in table.rows:
        shown.add_row(*row)
    return shown
