"""What every page and form has: headers, tokens, nothing inline, nothing from elsewhere."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from visiting import Dashboard, Tags, Visitor

from memwell import Memory
from memwell.app.dashboard import router
from memwell.app.dashboard.safety import HEADERS

FOLDER = Path(router.__file__).parent
SHOWN = [path for path in router.SHOWN if "/jobs/" not in path]  # of which there are none yet
SOURCES = [*FOLDER.glob("templates/*"), *FOLDER.glob("assets/*")]


def filled(path: str, memory: Memory, cat: str) -> str:
    """The path with the ids of what there is."""
    return path.replace("{batch}", memory.deeds().deeds[0].batch).replace("{id}", cat)


def test_pages_keep_to_themselves(admin: Visitor, memory: Memory, cat: str) -> None:
    for path in SHOWN:
        answer = admin.get(filled(path, memory, cat))
        assert answer.status_code == 200, path
        assert answer.headers.items() >= {k.lower(): v for k, v in HEADERS.items()}.items()
        assert answer.headers["cache-control"] == "no-store"
        for tag, attributes in Tags(answer.text).found:
            check(tag, attributes)


def check(tag: str, attributes: dict[str, str | None]) -> None:
    """Nothing inline, nothing from elsewhere."""
    assert tag not in ("style", "iframe", "object", "base")
    assert "style" not in attributes
    assert not [name for name in attributes if name.startswith("on")]
    for name in ("src", "href", "action", "formaction"):
        address = urlsplit(attributes.get(name) or "")
        assert (address.scheme, address.netloc) == ("", ""), attributes
    if tag == "script":
        assert (attributes["src"] or "").startswith("/assets/")


def test_a_stranger_sees_no_page(dashboard: Dashboard, memory: Memory, cat: str) -> None:
    stranger = dashboard.stranger()
    for path in router.SHOWN:
        answer = stranger.get(filled(path, memory, cat))
        assert (answer.status_code, answer.text) == (303, ""), path
        assert answer.headers["location"].startswith("/login")


def test_pages_that_fail_have_the_headers_too(admin: Visitor) -> None:
    for path in ("/memory/none", "/change/none", "/jobs/none", "/graph?open=none", "/?q=a&k=x"):
        answer = admin.get(path)
        assert answer.headers.items() >= {k.lower(): v for k, v in HEADERS.items()}.items()


@pytest.mark.parametrize("fault", ["no token", "wrong token", "another's token", "elsewhere"])
def test_a_form_from_elsewhere_does_nothing(
    fault: str, admin: Visitor, dashboard: Dashboard, memory: Memory, cat: str
) -> None:
    fields = {"text": "forged", "word": "forget", "name": "forged", "read": "1", "to": "eve"}
    headers = {}
    match fault:
        case "wrong token":
            fields["token"] = "0" * 64
        case "another's token":
            fields["token"] = dashboard.visitor(admin=True).token
        case "elsewhere":
            fields["token"] = admin.token
            headers["origin"] = "https://evil.example"
    before, keys = memory.store.sequence(), memory.keyring.listed()
    for path in [*router.POSTED, "/logout"]:
        answer = admin.client.post(filled(path, memory, cat), data=fields, headers=headers)
        assert answer.status_code == 403, path
        assert "did not come from a page of this dashboard" in answer.text
    assert memory.store.sequence() == before
    assert memory.keyring.listed() == keys
    assert admin.get("/").status_code == 200  # still logged in


def test_a_browser_that_says_a_form_is_foreign_is_believed(admin: Visitor, memory: Memory) -> None:
    before = memory.store.sequence()
    fields = {"token": admin.token, "text": "forged"}
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        assert admin.client.post("/add", data=fields, headers=headers).status_code == 403
    assert memory.store.sequence() == before


@pytest.mark.parametrize(
    "name", ["../router.py", "..%2frouter.py", "%2e%2e/router.py", "....//router.py", "nothing.js"]
)
def test_only_assets_are_served(name: str, dashboard: Dashboard) -> None:
    answer = dashboard.stranger().get(f"/assets/{name}")
    assert answer.status_code in (404, 307)
    assert "APIRouter" not in answer.text


def test_assets_have_the_headers_too(dashboard: Dashboard) -> None:
    for path in FOLDER.glob("assets/*"):
        answer = dashboard.stranger().get(f"/assets/{path.name}")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_goes_around_escaping_or_comes_from_elsewhere(path: Path) -> None:
    source = path.read_text()
    for way_round in ("|safe", "| safe", "autoescape", "Markup", "innerHTML", "outerHTML", "eval("):
        assert way_round not in source
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", source)
    assert set(addresses) <= {"http://www.w3.org"}  # the name of SVG


def test_every_path_of_a_form_is_posted_to(admin: Visitor, memory: Memory, cat: str) -> None:
    """No page has a form for which there is no route."""
    pages = [filled(path, memory, cat) for path in SHOWN]
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in [*router.POSTED, "/logout"]]
    for page in pages:
        for tag, attributes in Tags(admin.page(page)).found:
            if tag == "form" and attributes.get("method") == "post":
                action = attributes["action"] or ""
                assert any(re.fullmatch(each, action) for each in known), action
