"""Stored and reflected scripts: wherever words go in, they come out as words."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from visiting import Dashboard, Tags, Visitor

from memwell import Memory
from memwell.app.dashboard.pages.imports import named
from memwell.core.clock import ManualClock
from memwell.core.errors import MemwellError
from memwell.core.op import Add, Draft, Link
from memwell.core.payload import Text

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea></title><iframe src=//evil.example>",
    "{{ 1234 * 4321 }}{% raw %}",
    "<a href='javascript:alert(1)'>a</a>",
    "\u2028<!--<script>",
)
ALL = " ".join(SCRIPTS)
FOREIGN = ("x", "//evil.example", "javascript:alert(1)")


@pytest.fixture
def memory(tmp_path: Path, clock: ManualClock) -> Iterator[Memory]:
    """One that holds scripts in every place that takes words."""
    with Memory(tmp_path / "m", embedder="none", clock=clock) as memory:
        own = memory.acting(user=f"u {ALL}")
        own.add(
            [{"role": "user", "name": f"n {ALL}", "content": f"cat {ALL}"}, "cat <b>second</b>"],
            session=f"s {ALL}",
            labels={f"l {ALL}": f"v {ALL}"},
        )
        id = own.search("cat", 1)[0].cube.id
        own.update(id, f"cat {ALL} changed", why=f"why {ALL}")
        own.apply(
            [
                Add(
                    Draft(
                        Text(f"note {ALL}"), labels={"name": ALL, "is": f"is {ALL}"}, parents=(id,)
                    ),
                    ALL,
                    "n" * 26,
                ),
                Link(id, "n" * 26, f"R {ALL}", f"why {ALL}"),
            ],
            by=f"by {ALL}",
        )
        own.governance.share(id, f"to {ALL}")
        yield memory


def harmless(page: str) -> str:
    """The words of a page that holds no element or attribute which came from words."""
    tags = Tags(page)
    for tag, attributes in tags.found:
        assert tag not in ("iframe", "b ", "style", "object", "embed")
        assert not [name for name in attributes if name.startswith("on")], attributes
        for name in ("src", "href", "action"):
            told = attributes.get(name) or ""
            assert told not in FOREIGN
            assert not told.lower().startswith(("javascript:", "//", "data:", "http"))
        if tag == "script":
            assert (attributes["src"] or "").startswith("/assets/")
    assert "5332114" not in tags.words  # the product
    return tags.words


def test_hostile_words_are_shown_as_words(dashboard: Dashboard, memory: Memory) -> None:
    admin = dashboard.visitor(admin=True, name="k <script>alert(1)</script>")
    id = memory.search("cat", 1)[0].cube.id
    batches = [deed.batch for deed in memory.deeds().deeds]
    told = ""
    for path in (
        "/", "/?q=cat", "/?q=cat&do=ask", "/timeline", "/graph", f"/graph?open={id}", "/overview",
        f"/memory/{id}?q=cat", f"/memory/{id}/forget", "/keys", "/jobs", "/export",
        *(f"/change/{batch}" for batch in batches), *(f"/change/{batch}/undo" for batch in batches),
    ):  # fmt: skip
        told += harmless(admin.page(path))
    for place in ("cat", "n", "s", "u", "l", "v", "is", "why", "by", "to", "k", "note"):
        assert f"{place} {SCRIPTS[0]}" in told, place


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_asked_for_is_shown_as_words(script: str, dashboard: Dashboard) -> None:
    visitor = dashboard.visitor(admin=True)
    for name in ("q", "user", "session", "labels", "as_of", "known_at", "k", "do", "done", "focus"):
        fields = {"q": "cat", name: script}
        harmless(visitor.client.get("/", params=fields).text)
    for path, name in (("/timeline", "day"), ("/timeline", "before"), ("/graph", "open")):
        harmless(visitor.client.get(path, params={name: script}).text)
    for path in ("/memory/", "/change/", "/jobs/"):
        harmless(visitor.client.get(path + script.replace("/", "%2F").replace("?", "%3F")).text)
    harmless(dashboard.stranger().client.get("/login", params={"next": script}).text)


def test_words_that_could_not_be_saved_come_back_as_words(
    dashboard: Dashboard, memory: Memory
) -> None:
    visitor = dashboard.visitor()
    id = memory.search("cat", 1)[0].cube.id
    answer = visitor.post(f"/memory/{id}/edit", text=ALL, why=ALL, version="1")
    assert answer.status_code == 409
    assert ALL in harmless(answer.text)
    harmless(visitor.post(f"/memory/{id}/forget", word=ALL).text)
    harmless(visitor.post("/jobs/retry", event=ALL).text)
    harmless(visitor.post(f"/memory/{id}/share", to="x", until=ALL).text)


def test_names_of_keys_are_words(dashboard: Dashboard) -> None:
    admin = dashboard.visitor(admin=True)
    for script in SCRIPTS:
        answer = admin.post("/keys", name=script, user=script, agent=script, read="1")
        assert answer.status_code == 200
        assert script.strip() in harmless(answer.text)
    assert admin.post("/keys", name="two\nlines", read="1").status_code == 400
    harmless(admin.post("/keys", name="k", clearance=ALL, read="1").text)
    harmless(admin.post("/keys", name="k", expires=ALL, read="1").text)


def test_names_and_faults_of_files_are_words(dashboard: Dashboard, memory: Memory) -> None:
    admin = dashboard.visitor(admin=True)
    bad = json.dumps([{"role": "user", "content": f"dog {ALL}", "created_at": ALL}, ALL])
    for script in SCRIPTS:
        for content in (bad.encode(), f"{script}: hello\n{script}: again".encode(), b"{"):
            answer = admin.send(f"{script}.json", content)
            assert answer.status_code == 303
            dashboard.app.state.service.jobs._pool.submit(lambda: None).result()
            told = harmless(settled(admin, answer.headers["location"]))
            assert "/tmp" not in told
    harmless(admin.page("/jobs"))
    harmless(admin.page("/timeline"))
    harmless(admin.page("/?q=dog"))


def settled(visitor: Visitor, path: str) -> str:
    """The page of a job that has ended."""
    while True:
        page = visitor.page(path)
        if 'data-job="over"' in page:
            return page


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/", "upload"),
        ("..", "upload"),
        (".bashrc", "bashrc"),
        ("a\x00b\n.json", "ab.json"),
        ("x" * 500 + ".jsonl", "x" * 120 + ".jsonl"),
        ("", "upload"),
        ("chat.jsonl", "chat.jsonl"),
    ],
)
def test_names_of_files_stay_in_their_folder(given: str, kept: str) -> None:
    assert named(given) == kept


def test_such_words_are_refused_nowhere(memory: Memory) -> None:
    """They are somebody's words: a memory keeps them as they are."""
    try:
        receipt = memory.add(ALL)
    except MemwellError as error:
        pytest.fail(str(error))
    assert memory.get(receipt.ids[0]).text == ALL
