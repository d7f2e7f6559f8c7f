"""A memory in numbers."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from memwell.app.census import Census
from memwell.app.dates import day, minute
from memwell.app.show.bars import bar
from memwell.app.show.queue import tally
from memwell.app.show.trust import owner
from memwell.core.governance import Quota

Row = tuple[str, str, str | Text]


def census_table(census: Census) -> RenderableType:
    """What it holds, what it is found by, how it is governed, what it weighs."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column()
    for rows in (_held(census), _found_by(census), _governed(census), _weights(census)):
        for row in rows:
            table.add_row(*row)
        table.add_row()
    return Group(Text(census.where, style="bold", overflow="fold"), Text(), table)


def _held(census: Census) -> Iterator[Row]:
    counts = census.counts
    span = f"{day(counts.first).strip()} to {day(counts.last).strip()}" if counts.first else ""
    yield "memories", f"{counts.memories:,}", span
    earlier = counts.versions - counts.memories
    if earlier:
        yield "past versions", f"{earlier:,}", "corrected, merged or expired"
    yield "sessions", f"{counts.sessions:,}", _users(counts.users)
    yield "events", f"{counts.events:,}", f"journal at {census.journal:,}"
    if len(census.branches) > 1:
        others = [name for name in census.branches if name != census.branch]
        yield "branches", f"{len(census.branches):,}", f"{census.branch}; also {_some(others)}"
    if jobs := sum(census.queue.values()):
        yield "queue", f"{jobs:,}", tally(census.queue)


def _found_by(census: Census) -> Iterator[Row]:
    counts = census.counts
    for each in counts.embedded:
        name = (
            each.fingerprint if each.fingerprint == census.serving else f"old: {each.fingerprint}"
        )
        yield "vectors", *_coverage(each.vectors, counts.memories, name)
        yield "token states", *_coverage(each.token_states, counts.memories)
    if not counts.embedded:
        yield "vectors", "none", "search is lexical only"


def _governed(census: Census) -> Iterator[Row]:
    """What is as usual is not told."""
    counts = census.counts
    for level, count in counts.sensitivity.items():
        if level != "internal":
            yield level, f"{count:,}", "of the memories"
    if counts.expires:
        yield "expiring", f"{counts.expiring:,}", f"the first one {minute(counts.expires).strip()}"
    if census.grants:
        yield "grants", f"{census.grants:,}", "given or received"
    for quota, memories, size in census.quotas:
        yield from _quota(quota, memories, size)
    if census.broken:
        lines = _some([str(line) for line in census.broken])
        yield "audit log", f"{census.audit:,}", Text(f"tampered with at line {lines}", "bold red")
    else:
        yield "audit log", f"{census.audit:,}", "all seals hold"
    if census.backup:
        yield "last backup", "", f"{minute(census.backup.at).strip()}, {census.backup.path}"
    else:
        yield "last backup", "none", ""


def _quota(quota: Quota, memories: int, size: int) -> Iterator[Row]:
    if quota.memories is not None:
        share = memories / max(quota.memories, 1)
        yield (
            "quota",
            f"{share:.0%}",
            _measured(
                share, f"{memories:,} of {quota.memories:,} memories of {owner(quota.scope)}"
            ),
        )
    if quota.bytes is not None:
        share = size / max(quota.bytes, 1)
        yield (
            "quota",
            f"{share:.0%}",
            _measured(share, f"{decimal(size)} of {decimal(quota.bytes)} of {owner(quota.scope)}"),
        )


def _measured(share: float, told: str) -> Text:
    return Text.assemble(bar(share), f" {told}")


def _some(names: Sequence[str], most: int = 5) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def _coverage(count: int, whole: int, name: str = "") -> tuple[str, Text]:
    share = count / whole if whole else 0.0
    return f"{share:.0%}", _measured(share, name)


def _weights(census: Census) -> Iterator[Row]:
    counts = census.counts
    parts = (
        f"words {decimal(counts.words_bytes)}, vectors {decimal(counts.vector_bytes)}, "
        f"token states {decimal(counts.token_bytes)}"
    )
    yield "on disk", decimal(census.bytes), "encrypted" if census.encrypted else ""
    yield "memory.db", decimal(census.database_bytes), parts
    yield "blobs", decimal(census.blob_bytes), ""
    yield "index", decimal(census.index_bytes), "a cache"


def _users(count: int) -> str:
    return f"of {count:,} users" if count > 1 else ""
