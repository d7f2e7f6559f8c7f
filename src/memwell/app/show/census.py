"""A memory in numbers."""

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from memwell.app.census import Census
from memwell.app.dates import day
from memwell.app.show.bars import bar


def census_table(census: Census) -> RenderableType:
    """What it holds, what it is found by, what it weighs."""
    counts = census.counts
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column()
    span = f"{day(counts.first).strip()} to {day(counts.last).strip()}" if counts.first else ""
    table.add_row("memories", f"{counts.memories:,}", span)
    earlier = counts.versions - counts.memories
    if earlier:
        table.add_row("past versions", f"{earlier:,}", "corrected, merged or expired")
    table.add_row("sessions", f"{counts.sessions:,}", _users(counts.users))
    table.add_row("events", f"{counts.events:,}", f"journal at {census.journal:,}")
    for each in counts.embedded:
        name = (
            each.fingerprint if each.fingerprint == census.serving else f"old: {each.fingerprint}"
        )
        table.add_row("vectors", *_coverage(each.vectors, counts.memories, name))
        table.add_row("token states", *_coverage(each.token_states, counts.memories))
    if not counts.embedded:
        table.add_row("vectors", "none", "search is lexical only")
    table.add_row()
    for name, size, told in _weights(census):
        table.add_row(name, decimal(size), told)
    return Group(Text(str(census.folder), style="bold", overflow="fold"), Text(), table)


def _coverage(count: int, whole: int, name: str = "") -> tuple[str, Text]:
    share = count / whole if whole else 0.0
    return f"{share:.0%}", Text.assemble(bar(share), f" {name}")


def _weights(census: Census) -> list[tuple[str, int, str]]:
    counts = census.counts
    parts = (
        f"words {decimal(counts.words_bytes)}, vectors {decimal(counts.vector_bytes)}, "
        f"token states {decimal(counts.token_bytes)}"
    )
    return [
        ("on disk", census.bytes, "encrypted" if census.encrypted else ""),
        ("memory.db", census.database_bytes, parts),
        ("blobs", census.blob_bytes, ""),
        ("index", census.index_bytes, "a cache"),
    ]


def _users(count: int) -> str:
    return f"of {count:,} users" if count > 1 else ""
