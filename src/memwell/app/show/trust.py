"""Grants, quotas and the audit log on a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from memwell.app.dates import minute
from memwell.app.show.bars import bar
from memwell.app.show.turns import short
from memwell.core.access import Grant
from memwell.core.governance import Quota, Sealed
from memwell.core.scope import Scope


def grant_table(grants: Sequence[Grant]) -> RenderableType:
    """Who may do what with which memories, until when."""
    if not grants:
        return Text("Nothing is shared.")
    table = Table.grid(padding=(0, 2, 0, 0))
    for grant in grants:
        what = f"memory {short(grant.cube)}" if grant.cube else f"all of {owner(grant.on)}"
        table.add_row(
            Text(grant.id, style="green"),
            Text(f"{owner(grant.to)} may {', '.join(sorted(grant.rights))}"),
            Text(what),
            Text(f"until {minute(grant.until)}" if grant.until else "", style="dim"),
        )
    return table


def quota_table(quotas: Sequence[tuple[Quota, int, int]]) -> RenderableType:
    """How much of each quota is used."""
    if not quotas:
        return Text("There are no quotas.")
    table = Table.grid(padding=(0, 2, 0, 0))
    for quota, memories, size in quotas:
        name = owner(quota.scope)
        if quota.memories is not None:
            told = f"{memories:,} of {quota.memories:,} memories"
            table.add_row(name, bar(memories / max(quota.memories, 1)), told)
        if quota.bytes is not None:
            told = f"{decimal(size)} of {decimal(quota.bytes)}"
            table.add_row(name, bar(size / max(quota.bytes, 1)), told)
    return table


def audit_table(lines: Sequence[Sealed], count: int, broken: Sequence[int]) -> RenderableType:
    """The last lines, and whether all of them are as they were written."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for line in lines:
        table.add_row(
            Text(f"{line.seq}", style="red" if line.seq in broken else "dim"),
            minute(line.at),
            Text(line.action, style="bold"),
            f"{line.count} op" if line.count == 1 else f"{line.count} ops",
            Text(f"by {line.actor[:8]}", style="dim"),
        )
    verdict = Text(f"all {count:,} seals hold", style="green")
    if broken:
        named = ", ".join(map(str, broken[:10]))
        verdict = Text(f"the log was tampered with at line {named}", style="bold red")
    return Group(table, verdict)


def owner(scope: Scope) -> str:
    """A scope in a few words."""
    parts = [
        f"{name} {value}"
        for name, value in scope.named().items()
        if not (name == "tenant" and value == "default")
    ]
    return ", ".join(parts) or "everybody"
