"""The models memwell knows."""

from collections.abc import Sequence
from typing import Any

from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from memwell.models.bundle import Listed


def models_table(models: Sequence[Listed]) -> Table:
    """One row each, ticked where it is ready to use."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for heading in ("name", "kind", "size"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "size" else "left")
    table.add_column("about")
    for each in models:
        mark = Text("✓", style="green") if each.ready else Text("–", style="dim")
        model = each.model
        table.add_row(mark, Text(model.name, "bold"), model.kind, decimal(model.size), about(each))
    return table


def about(listed: Listed) -> str:
    """The model in a line, and what is still to be done where half of it is."""
    if listed.path and not listed.ready:
        return f"{listed.model.note}; fetched, not unpacked: `memwell models install` goes on"
    return listed.model.note


def as_json(listed: Listed) -> dict[str, Any]:
    model = listed.model
    return {
        "name": model.name,
        "kind": model.kind,
        "bytes": model.size,
        "licence": model.licence,
        "about": model.note,
        "installed": listed.path is not None,
        "path": str(listed.path) if listed.path else None,
        "bundle": str(listed.bundle) if listed.bundle else None,
        "ready": listed.ready,
    }
