"""What an import brought, and what it could not read."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from memwell.app.ingestion import Imported, Survey

MOST = 20  # unreadable places shown before the rest is counted


def imported(found: Survey, done: Imported) -> RenderableType:
    """Counts and speed; then every place that could not be read."""
    parts: list[RenderableType] = []
    if done.conversations or not done.memories:
        parts.append(_summary(done))
    if done.memories:
        parts.append(_adopted(done))
    parts += [Text(f"left out: {n:,} {what}", style="dim") for what, n in found.left.items()]
    if done.loose_links:
        parts.append(
            Text(f"left out: {done.loose_links:,} links to what is not there", style="dim")
        )
    if done.new_turns:
        parts.append(Text(_speed(done), style="dim"))
    if found.faults:
        parts.append(Text(f"{len(found.faults)} could not be read", style="bold red"))
        parts += [
            Padding(Text.assemble((place, "bold"), f"  {fault}"), (0, 0, 0, 2))
            for place, fault in found.faults[:MOST]
        ]
        if len(found.faults) > MOST:
            parts.append(Text(f"  … and {len(found.faults) - MOST} more", style="dim"))
    return Group(*parts)


def _summary(done: Imported) -> Text:
    there = done.conversations - done.new_conversations
    told = f"{done.new_conversations:,} conversations, {done.new_turns:,} turns remembered"
    return Text.assemble(
        (told, "bold green"), (f"; {there:,} were there already" if there else "", "")
    )


def _adopted(done: Imported) -> Text:
    there = done.memories - done.new_memories - done.changed_memories - done.frozen
    told = f"{done.new_memories:,} memories, {done.new_links:,} links taken in"
    more = [
        (done.changed_memories, "were changed"),
        (there, "were there already"),
        (done.frozen, "are frozen here and were left alone"),
    ]
    rest = "".join(f"; {count:,} {what}" for count, what in more if count)
    return Text.assemble((told, "bold green"), (rest, ""))


def _speed(done: Imported) -> str:
    speed = f"{done.seconds:.1f} s, {done.new_turns / max(done.seconds, 1e-9):,.0f} turns/s"
    if not done.embed_seconds:
        return speed
    own = max(done.seconds - done.embed_seconds, 1e-9)
    return (
        f"{speed}; embedding took {done.embed_seconds:.1f} s of it, "
        f"without it {done.new_turns / own:,.0f} turns/s"
    )
