"""One change: everything it did, word by word, and taking it back."""

from dataclasses import dataclass

from starlette.responses import Response

from memwell.app.dashboard.pages.timeline import lines, summary
from memwell.app.dashboard.visit import Visit
from memwell.core.cube import MemCube
from memwell.core.receipt import Applied

MOST = 200  # memories shown


@dataclass(frozen=True, slots=True)
class Return:
    """What undoing would do to one memory; None where it would not be there any more."""

    applied: Applied
    now: MemCube | None
    then: MemCube | None


def page(visit: Visit) -> Response:
    deed = visit.memory.deed(visit.part("batch"))
    entries = [entry for entry in deed.entries if entry.applied.op != "event"]
    return visit.page(
        "change.html", deed=deed, summary=summary(deed.entries),
        lines=lines(visit, entries[:MOST]), more=max(0, len(entries) - MOST),
    )  # fmt: skip


def preview(visit: Visit) -> Response:
    """What undoing would do; nothing is written."""
    deed = visit.memory.deed(visit.part("batch"))
    receipt = visit.memory.undo(deed.batch, dry_run=True)
    view = visit.memory.view()
    told = lines(visit, [entry for entry in deed.entries if entry.applied.op != "event"])
    first = {line.entry.applied.id: line.before for line in reversed(told)}
    returns = [
        Return(each, view.get(each.id) if each.id else None, first.get(each.id))
        for each in receipt.applied[:MOST]
    ]
    return visit.page("undo.html", deed=deed, receipt=receipt, returns=returns)


def undo(visit: Visit) -> Response:
    receipt = visit.memory.undo(visit.part("batch"))
    return visit.go(f"/change/{receipt.id}", "undone")
