"""What an operation did."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from memwell.app.show.turns import short
from memwell.core.receipt import Applied, Noticed, Receipt, Status
from memwell.kernel.memory import Memory
from memwell.models.detect import KINDS

SAID = {
    Status.STORED: ("stored, word for word", "green"),
    Status.REFINED: ("stored", "green"),
    Status.FAILED: ("stored, but not refined", "red"),
    Status.PREVIEW: ("would be stored; nothing was written", "yellow"),
}
MOST = 12  # ops shown before the rest is counted


def words_of(memory: Memory, receipt: Receipt) -> dict[str, str]:
    """The words each op is about: those in the receipt, else those the memory holds now."""
    shown = (*receipt.applied[:MOST], *receipt.dropped[:MOST])
    held = {id: memory.view().history(id) for id in {each.id for each in shown if each.id}}
    words = {id: versions[-1].text for id, versions in held.items() if versions}
    return words | {each.id: each.text for each in shown if each.id and each.text}


def received(receipt: Receipt, words: Mapping[str, str]) -> RenderableType:
    """One line that sums up, then one for each op."""
    outcome, style = SAID[receipt.status]
    return _told(receipt, words, outcome, style)


def taken_back(receipt: Receipt, words: Mapping[str, str]) -> RenderableType:
    """What undoing or rolling back did."""
    if receipt.status is Status.PREVIEW:
        return _told(receipt, words, "would be as before; nothing was written", "yellow")
    return _told(receipt, words, "as before", "green")


def tidied(receipt: Receipt, words: Mapping[str, str]) -> RenderableType:
    """What managing did."""
    if receipt.status is Status.PREVIEW:
        return _told(receipt, words, "would be changed; nothing was written", "yellow")
    return _told(receipt, words, "changed", "green")


def _told(receipt: Receipt, words: Mapping[str, str], outcome: str, style: str) -> RenderableType:
    count = len(receipt.ids)
    parts: list[RenderableType] = [
        Text.assemble(
            (f"{count} {'memory' if count == 1 else 'memories'} {outcome}", f"bold {style}"),
            (f"  receipt {receipt.id}" if receipt.status is not Status.PREVIEW else "", "dim"),
        )
    ]
    if receipt.applied:
        parts.append(_ops(receipt.applied, words))
    if receipt.dropped:
        parts += [Text("considered and left alone", style="dim"), _ops(receipt.dropped, words)]
    parts += [Text(_noticed(each), style="yellow") for each in receipt.noticed]
    if receipt.error:
        parts.append(Text(receipt.error, style="red"))
    return Group(*parts)


def _noticed(each: Noticed) -> str:
    done = "redacted" if each.done == "redact" else "kept as it is"
    return f"message {each.place} holds {KINDS[each.kind]}: {done}"


def _ops(ops: Sequence[Applied], words: Mapping[str, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, style="green")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for each in ops[:MOST]:
        told = " ".join(words.get(each.id or "", "").split())
        table.add_row(short(each.id or ""), each.op, each.why, Text(told))
    if len(ops) > MOST:
        table.add_row("", "", "", Text(f"… and {len(ops) - MOST} more", style="dim"))
    return table
