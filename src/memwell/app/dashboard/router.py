"""All pages of the dashboard, to be included in the server's app at its root."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from memwell.app.dashboard import login
from memwell.app.dashboard.desk import Desk, Work, guarded
from memwell.app.dashboard.pages import (
    change,
    cube,
    edit,
    export,
    forget,
    graph,
    guide,
    imports,
    jobs,
    keys,
    overview,
    search,
    share,
    timeline,
)
from memwell.app.dashboard.safety import secured
from memwell.app.server.problems import Refused
from memwell.core.clock import Clock, SystemClock

ASSETS = Path(__file__).parent / "assets"
SHOWN: Mapping[str, Work] = {
    "/": search.page,
    "/timeline": timeline.page,
    "/change/{batch}": change.page,
    "/change/{batch}/undo": change.preview,
    "/graph": graph.page,
    "/memory/{id}": cube.page,
    "/memory/{id}/forget": forget.preview,
    "/overview": overview.page,
    "/jobs": jobs.page,
    "/jobs/{id}": jobs.one,
    "/jobs/{id}/file": jobs.file,
    "/keys": keys.page,
    "/import": imports.page,
    "/export": export.page,
    "/help": guide.page,
}
POSTED: Mapping[str, Work] = {
    "/theme": login.switching,
    "/change/{batch}/undo": change.undo,
    "/add": edit.add,
    "/memory/{id}/edit": edit.reword,
    "/memory/{id}/freeze": edit.freeze,
    "/memory/{id}/thaw": edit.thaw,
    "/memory/{id}/delete": edit.delete,
    "/memory/{id}/restore": edit.restore,
    "/memory/{id}/forget": forget.forget,
    "/memory/{id}/share": share.share,
    "/memory/{id}/revoke": share.revoke,
    "/jobs/retry": jobs.retry,
    "/keys": keys.create,
    "/keys/{id}/revoke": keys.revoke,
    "/import": imports.receive,
    "/export": export.begin,
}


def dashboard(clock: Clock | None = None) -> APIRouter:
    """The routes. The app that includes them has its `Service` in `app.state.service`."""
    desk, router = Desk(clock or SystemClock()), APIRouter(include_in_schema=False)
    add = router.add_route
    for path, work in SHOWN.items():
        add(path, desk.endpoint(work), methods=["GET"], include_in_schema=False)
    for path, work in POSTED.items():
        add(path, desk.endpoint(work), methods=["POST"], include_in_schema=False)
    add("/login", login.shown, methods=["GET"], include_in_schema=False)
    add("/login", login.entering(desk), methods=["POST"], include_in_schema=False)
    add("/logout", login.leaving(desk), methods=["POST"], include_in_schema=False)
    add("/assets/{name}", _asset, methods=["GET"], include_in_schema=False)
    return router


async def _asset(request: Request) -> Response:
    """One of a few files, by its whole name."""

    async def work() -> Response:
        found = {path.name: path for path in ASSETS.iterdir()}.get(request.path_params["name"])
        if found is None:
            raise Refused(404, "there is no such file")
        return FileResponse(found)

    response = await guarded(request, work)
    return secured(response, kept=response.status_code == 200)
