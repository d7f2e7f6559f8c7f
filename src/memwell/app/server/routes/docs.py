"""/docs: the API on one page, made here and without anything from elsewhere."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font:14px ui-monospace,monospace}dt{margin-top:1rem}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8cf}}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
VERBS = ("get", "post", "put", "patch", "delete")


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> HTMLResponse:
    """Every operation with its fields."""
    document = request.app.openapi()
    parts = [
        _operation(verb, path, operation, document)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in VERBS
    ]
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>memwell: the API</title>"
        f"<style>{STYLE}</style><h1>memwell: the API</h1>"
        f"<p>{escape(document['info']['description'])}"
        f" The whole of it is in <a href=/openapi.json>openapi.json</a>.</p>"
        f"<dl>{''.join(parts)}</dl></html>"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def _operation(verb: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    told = escape(operation.get("description", ""))
    fields = ", ".join(f"<code>{escape(name)}</code>" for name in _fields(operation, document))
    return (
        f"<dt><code><b>{verb.upper()}</b> {escape(path)}</code></dt><dd>{told}"
        f"{f'<br>{fields}' if fields else ''}</dd>"
    )


def _fields(operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Names in the query string, and in the body."""
    named = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    shape = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    return [*named, *shape.get("properties", ())]
