"""Headers that keep a page to itself: no foreign scripts, styles, frames or forms."""

from starlette.responses import Response

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def secured(response: Response, *, kept: bool = False) -> Response:
    """The same response with these headers; a browser may keep a copy of `kept` ones only."""
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-cache" if kept else "no-store"
    return response
