"""What the buttons of a memory's page do, but for forgetting."""

from starlette.responses import Response

from memwell.app.dashboard.pages import cube as cube_page
from memwell.app.dashboard.visit import Visit
from memwell.core.errors import IllegalTransition, InvalidInput
from memwell.core.lifecycle import State
from memwell.core.op import Delete, Op, Update

USER = "user"  # how receipts name who did it


def add(visit: Visit) -> Response:
    """Something to be remembered, typed by hand."""
    receipt = visit.memory.add(
        visit.told("text"), user=visit.told("user") or None, session=visit.told("session") or None
    )
    return visit.go(f"/change/{receipt.id}", "added")


def reword(visit: Visit) -> Response:
    """A new version; the words are not lost when somebody else was faster."""
    id, words = visit.part("id"), visit.told("text")
    current = visit.memory.history(id)[-1]
    if words == current.text:
        return visit.go(_path(current.id), "same")
    if visit.told("version") != str(current.version):
        why = (
            f"It is at version {current.version} by now; your words are still in the form. "
            "Compare them with the versions below, and save again."
        )
        return cube_page.drawn(visit, current.id, 409, words=words, fault=why)
    try:
        visit.memory.update(current.id, words, why=visit.told("why") or "corrected by the user")
    except (InvalidInput, IllegalTransition) as error:
        return cube_page.drawn(visit, current.id, 400, words=words, fault=str(error))
    return visit.go(_path(current.id), "edited")


def freeze(visit: Visit) -> Response:
    receipt = visit.memory.freeze(visit.part("id"))
    return visit.go(_path(receipt.ids[0]), "frozen")


def thaw(visit: Visit) -> Response:
    receipt = visit.memory.thaw(visit.part("id"))
    return visit.go(_path(receipt.ids[0]), "thawed")


def delete(visit: Visit) -> Response:
    """Lets it expire, which can be taken back."""
    id = visit.memory.get(visit.part("id")).id
    why = visit.told("why") or "deleted by the user"
    return _apply(visit, Delete(id, why), "deleted")


def restore(visit: Visit) -> Response:
    id = visit.memory.history(visit.part("id"))[-1].id
    op = Update(id, "brought back by the user", state=State.ACTIVATED)
    return _apply(visit, op, "restored")


def _apply(visit: Visit, op: Op, done: str) -> Response:
    receipt = visit.memory.apply([op], by=USER)
    if receipt.dropped or not receipt.ids:
        why = receipt.dropped[0].why if receipt.dropped else "nothing was changed"
        raise IllegalTransition(f"it was not changed: {why}")
    return visit.go(_path(receipt.ids[0]), done)


def _path(id: str) -> str:
    return f"/memory/{id}"
