"""The dashboard in a real browser: flows, keyboard, both themes, small screens, no requests out."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from accessible import faults_of
from visiting import Dashboard

from memwell import Memory

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium to drive"),
    # The browser's own loop is closed by its driver after the test.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Page = Any


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(dashboard: Dashboard) -> Iterator[str]:
    """Where the dashboard is really served."""
    config = uvicorn.Config(dashboard.app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


class Watched:
    """A page, what it complained of, and where it sent requests."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda each: self.complaints.append(each.text))
        page.on("pageerror", lambda each: self.complaints.append(str(each)))
        page.on("request", lambda each: self.requests.append(each.url))

    def enter(self, key: str) -> None:
        self.page.goto(f"{self.address}/login")
        self.page.fill("#key", key)
        self.page.click("button.main")
        self.page.wait_for_url(f"{self.address}/")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def path(self) -> str:
        return str(self.page.url).removeprefix(self.address)


@pytest.fixture
def opened(chromium: Any, address: str, dashboard: Dashboard) -> Iterator[Watched]:
    """A page that is logged in as operator; nothing went out, and nothing failed."""
    context = chromium.new_context(viewport={"width": 1200, "height": 800}, color_scheme="light")
    watched = Watched(context.new_page(), address)
    watched.enter(dashboard.key(admin=True, name="operator"))
    yield watched
    assert watched.complaints == []
    assert [each for each in watched.requests if not each.startswith(address)] == []
    context.close()


def test_search_and_explain(opened: Watched, cat: str) -> None:
    page = opened.page
    page.fill("#q", "what is the cat called")
    page.keyboard.press("Enter")
    assert page.inner_text(".hits .words >> nth=0").startswith("My cat is called Ilse")
    assert "same words" in page.inner_text(".hits .reasons >> nth=0").lower()
    page.click("text=Narrow it down")
    page.fill("#f-session", "tuesday")
    page.click("button:has-text('Search')")
    assert "Filtered" in page.inner_text("section[aria-labelledby=left]")
    assert "it belongs to the session monday" in page.inner_text("section[aria-labelledby=left]")
    opened.go("/?q=cat")
    page.click(".hits .words a >> nth=0")
    assert opened.path() == f"/memory/{cat}?q=cat"
    assert "The best result" in page.inner_text("section[aria-labelledby=explained]")


def test_ask(opened: Watched) -> None:
    opened.page.fill("#q", "What is my cat called?")
    opened.page.click("button:has-text('Ask')")
    answer = opened.page.inner_text("section[aria-labelledby=answer]")
    assert "Ilse" in answer
    assert "confidence" in answer


def test_edit_and_undo_from_the_timeline(opened: Watched, memory: Memory, cat: str) -> None:
    page = opened.page
    opened.go(f"/memory/{cat}")
    page.click("text=Edit the words")
    page.fill("#edit-text", "My cat is called Olga and sleeps on the piano.")
    page.fill("#edit-why", "a slip")
    page.click("text=Save a new version")
    assert page.inner_text(".notice").startswith("A new version was written")
    assert page.inner_text(".versions del") == "Ilse"
    assert page.inner_text(".versions ins") == "Olga"
    opened.go("/timeline")
    assert "a slip" in page.inner_text(".deed >> nth=0")
    page.click(".deed >> nth=0 >> text=Undo …")
    assert "Nothing was written yet" in page.inner_text("main")
    assert page.inner_text("main ins") == "Ilse"
    assert memory.get(cat).text.startswith("My cat is called Olga")
    page.click("button:has-text('Undo')")
    assert page.inner_text(".notice").startswith("Undone.")
    assert memory.get(cat).text.startswith("My cat is called Ilse")


def test_delete_bring_back_and_forget(opened: Watched, memory: Memory, cat: str) -> None:
    page = opened.page
    opened.go(f"/memory/{cat}")
    page.click("button:has-text('Delete')")
    page.click("button:has-text('Bring back')")
    assert memory.search("cat Ilse", 1)[0].cube.id == cat
    page.click("text=Forget for good …")
    assert "Nothing was erased yet" in page.inner_text("main")
    page.fill("#word", "yes")
    page.click("button:has-text('Forget for good')")
    assert "nothing was erased" in page.inner_text("[role=alert]")
    opened.complaints.clear()  # that a 400 came is told on the console
    page.fill("#word", "forget")
    page.click("button:has-text('Forget for good')")
    assert "nothing of it can be read any more" in page.inner_text("main")
    assert memory.store.everywhere(cat) == []


def test_import_by_dropping_a_file(opened: Watched, memory: Memory) -> None:
    page = opened.page
    opened.go("/import")
    files = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            const words = '[{"role": "user", "content": "The heron stands in the pond."}]';
            data.items.add(new File([words], "birds.json", {type: "application/json"}));
            return data;
        }"""
    )
    page.dispatch_event(".drop", "dragenter", {"dataTransfer": files})
    assert "over" in page.get_attribute(".drop", "class")
    page.dispatch_event(".drop", "drop", {"dataTransfer": files})
    assert page.inner_text(".chosen") == "birds.json"
    page.click("button:has-text('Import')")
    page.wait_for_selector('[data-job="over"]')
    page.wait_for_selector("h1:has-text('birds.json')")
    assert "Done." in page.inner_text("main")
    hit = memory.search("heron pond", 1)[0]
    assert (hit.cube.text, hit.cube.scope.session) == ("The heron stands in the pond.", "birds")


def test_everything_can_be_done_with_the_keyboard(opened: Watched, cat: str) -> None:
    page = opened.page
    opened.go("/help")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("?")
    assert page.is_visible("#shortcuts")
    page.keyboard.press("Escape")
    assert not page.is_visible("#shortcuts")
    page.keyboard.press("/")
    page.wait_for_url("**/?focus=search")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("cat / piano?")  # in a field, keys are letters
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/memory/{cat}?q=*")
    for letter, place in {"t": "/timeline", "g": "/graph", "o": "/overview", "j": "/jobs"}.items():
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"**{place}")


def test_the_graph_opens_and_moves(opened: Watched, cat: str) -> None:
    page = opened.page
    opened.go("/graph")
    links = page.locator(".points li")
    assert links.count() == page.locator(".node").count() > 3
    page.locator(f'.node[data-node="{cat}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/graph?open={cat}")
    assert page.evaluate("document.activeElement.dataset.node") == cat
    node = page.locator(f'.node[data-node="{cat}"]')
    before, box = node.get_attribute("transform"), node.locator("circle").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    page.mouse.up()
    assert node.get_attribute("transform") != before
    assert opened.path() == f"/graph?open={cat}"  # dragging opens nothing
    x = float(node.get_attribute("data-x"))
    assert float(page.get_attribute(f'line[data-dst="{cat}"]', "x2")) == pytest.approx(x)


def pages(memory: Memory, cat: str) -> list[str]:
    batch = memory.deeds().deeds[0].batch
    return [
        "/", "/?q=what+is+the+cat+called&do=ask&session=tuesday", "/?q=zzz", "/timeline",
        f"/change/{batch}", f"/change/{batch}/undo", "/graph", f"/graph?open={cat}",
        f"/memory/{cat}?q=cat", f"/memory/{cat}/forget", "/overview", "/jobs", "/keys", "/import",
        "/export", "/help",
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible_in_both_themes(
    theme: str, opened: Watched, memory: Memory, cat: str
) -> None:
    memory.acting(user="ana").governance.share(cat, "bo")
    opened.page.emulate_media(color_scheme=theme)
    colours = set()
    for path in pages(memory, cat):
        opened.go(path)
        opened.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        assert faults_of(opened.page) == [], path
        colours.add(opened.page.evaluate("getComputedStyle(document.documentElement).color"))
    assert len(colours) == 1


def test_the_switch_beats_the_system(opened: Watched) -> None:
    page, ground = opened.page, "getComputedStyle(document.documentElement).backgroundColor"

    def switched(theme: str) -> str:
        with page.expect_navigation():
            page.click(f".themes button:has-text('{theme}')")
        return str(page.evaluate(ground))

    light = page.evaluate(ground)
    dark = switched("dark")
    assert dark != light
    page.emulate_media(color_scheme="dark")
    assert switched("light") == light
    assert switched("auto") == dark


def test_nothing_is_cut_off_on_a_small_screen(opened: Watched, memory: Memory, cat: str) -> None:
    opened.page.set_viewport_size({"width": 360, "height": 700})
    memory.add("x" * 400, user="u" * 90, session="s" * 90)
    for path in [*pages(memory, cat), "/?q=" + "x" * 400]:
        opened.go(path)
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 360, path


def test_scripts_in_memories_do_not_run(opened: Watched, memory: Memory) -> None:
    words = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script> hare"
    id = memory.add(words, user=words[:40], session=words).ids[0]
    for path in ("/", "/?q=hare", "/timeline", "/graph", f"/graph?open={id}", f"/memory/{id}"):
        opened.go(path)
        assert "owned" not in opened.page.title().replace(words[:50], "")
        assert opened.page.locator("main img, main script").count() == 0


def test_it_works_without_scripts(chromium: Any, address: str, dashboard: Dashboard) -> None:
    context = chromium.new_context(java_script_enabled=False)
    watched = Watched(context.new_page(), address)
    watched.enter(dashboard.key())
    page = watched.page
    page.fill("#q", "cat")
    page.keyboard.press("Enter")
    page.click(".hits .words a >> nth=0")
    page.click("button:has-text('Freeze')")
    assert page.inner_text(".notice").startswith("Frozen")
    watched.go("/graph")
    page.locator(".points a >> nth=0").click()
    assert watched.path().startswith("/graph?open=")
    assert watched.complaints == []
    context.close()
