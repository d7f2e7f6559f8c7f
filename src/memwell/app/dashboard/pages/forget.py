"""Forgetting for good: first what would go, then a word that has to be typed."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit

WORD = "forget"


def preview(visit: Visit) -> Response:
    """What would be erased; nothing is."""
    return _preview(visit, 200, "")


def forget(visit: Visit) -> Response:
    if visit.told("word").lower() != WORD:
        return _preview(visit, 400, f"Type the word {WORD} to go on; nothing was erased.")
    report = visit.memory.forget(visit.memory.history(visit.part("id"))[-1].id)
    return visit.page("forgotten.html", report=report)


def _preview(visit: Visit, status: int, fault: str) -> Response:
    cube = visit.memory.history(visit.part("id"))[-1]
    report = visit.memory.forget(cube.id, dry_run=True)
    view = visit.memory.view()
    doomed = [versions[-1] for id in report.cubes if (versions := view.history(id))]
    return visit.page(
        "forget.html", status, cube=cube, report=report, doomed=doomed, word=WORD, fault=fault
    )
