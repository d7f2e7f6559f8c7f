"""What the pages are for, and the keys of the keyboard."""

from starlette.responses import Response

from memwell.app.dashboard.visit import Visit


def page(visit: Visit) -> Response:
    return visit.page("help.html")
