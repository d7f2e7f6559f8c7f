"""Import, export, what waits to be refined, and the overview."""

import gzip
import json

from visiting import Dashboard, Visitor, text_of

from memwell import Memory
from memwell.app.server.settings import Settings
from memwell.core.job import Job, Standing
from support import START

CHAT = [{"role": "user", "content": "The heron stands in the pond."}]


def settled(visitor: Visitor, path: str) -> str:
    """The page of a job that has ended."""
    while True:
        page = visitor.page(path)
        if 'data-job="over"' in page:
            return page


def sent(visitor: Visitor, name: str, content: bytes, **fields: str) -> str:
    answer = visitor.send(name, content, **fields)
    assert answer.status_code == 303, answer.text
    return settled(visitor, answer.headers["location"])


def test_conversations_are_remembered_for_whoever_sends_them(ana: Visitor, memory: Memory) -> None:
    told = text_of(sent(ana, "birds.json", json.dumps(CHAT).encode()))
    assert "Import of birds.json" in told
    assert "New conversations 1" in told
    hit = memory.search("heron pond", 1)[0].cube
    assert (hit.scope.user, hit.scope.session) == ("ana", "birds")
    again = text_of(sent(ana, "birds.json", json.dumps(CHAT).encode()))
    assert "New conversations" not in again
    assert "birds.json" in ana.page("/jobs")


def test_memories_of_another_system_are_taken_in(ana: Visitor, memory: Memory) -> None:
    entry = {"id": "m1", "memory": "Likes herons", "user_id": "ana", "created_at": "2024-01-02"}
    told = text_of(sent(ana, "mem0.json", json.dumps({"results": [entry]}).encode()))
    assert "New memories 1" in told
    assert memory.search("herons", 1)[0].cube.text == "Likes herons"


def test_what_cannot_be_read_is_told_without_paths_of_this_machine(ana: Visitor) -> None:
    page = sent(ana, "broken.json", b'{"what": 1}')
    assert "It failed." in text_of(page)
    assert "expected one of" in page
    assert "/tmp" not in page
    bad = json.dumps([*CHAT, {"role": "user"}, 7]).encode()
    assert "Could not be read" in text_of(sent(ana, "partly.json", bad))


def test_a_form_without_a_file_or_with_another_format_is_refused(ana: Visitor) -> None:
    assert ana.post("/import").status_code == 400
    assert ana.send("a.json", b"[]", format="pickle").status_code == 400


def test_several_files_are_several_jobs(ana: Visitor) -> None:
    files = [("file", (f"{n}.json", json.dumps(CHAT).encode())) for n in "ab"]
    answer = ana.client.post("/import", data={"token": ana.token}, files=files)
    assert answer.headers["location"] == "/jobs"


def test_more_than_is_allowed_is_not_even_read(memory: Memory) -> None:
    dashboard = Dashboard(memory, Settings(threads=2, upload=10_000))
    visitor = dashboard.visitor()
    assert visitor.send("big.json", b"x" * 20_000).status_code == 413
    assert visitor.send("small.json", b"[]" + b" " * 5_000).status_code == 303
    dashboard.close()


def test_an_export_holds_ones_own_and_can_be_fetched(ana: Visitor) -> None:
    path = ana.post("/export").headers["location"]
    page = settled(ana, path)
    assert f'href="{path}/file"' in page
    answer = ana.get(f"{path}/file")
    words = gzip.decompress(answer.content).decode()
    assert "Ilse" in words
    assert "bees" not in words
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_export_can_be_imported(ana: Visitor, dashboard: Dashboard, memory: Memory) -> None:
    path = ana.post("/export").headers["location"]
    settled(ana, path)
    file = ana.get(f"{path}/file").content
    assert "Skipped" in text_of(sent(ana, "memwell.jsonl.gz", file))


def test_what_was_given_up_can_be_tried_again(
    ana: Visitor, memory: Memory, monkeypatch: object
) -> None:
    """The page only; that it is then tried is the queue's own test."""
    own = memory.acting(user="ana")
    event = own.deeds().deeds[0].batch
    job = Job(event, Standing.DEAD, 3, START, "the model <b>said no</b>")
    monkeypatch.setattr(Memory, "queue", lambda self: [job])  # type: ignore[attr-defined]
    page = ana.page("/jobs")
    assert "the model &lt;b&gt;said no&lt;/b&gt;" in page
    assert 'action="/jobs/retry"' in page
    assert "1 given up" in text_of(page)


def test_the_overview_counts_what_one_may_see(ana: Visitor, admin: Visitor) -> None:
    mine, all_ = text_of(ana.page("/overview")), text_of(admin.page("/overview"))
    assert "3 memories" in mine
    assert "4 memories" in all_
    assert "said, word for word" in mine
    assert "Where it lies" not in mine  # of the whole memory: for its operator
    assert "Where it lies" in all_
    assert "all seals hold" in all_
    assert "all seals hold" not in mine


def test_keys_are_made_shown_once_and_taken_back(
    dashboard: Dashboard, admin: Visitor, memory: Memory
) -> None:
    page = admin.post("/keys", name="for bo", user="bo", read="1").text
    token = page.split('<code class="token">')[1].split("</code>")[0]
    assert token not in admin.page("/keys")
    key = next(each for each in memory.keyring.listed() if each.name == "for bo")
    assert (key.scope.user, sorted(key.rights), key.admin) == ("bo", ["read"], False)
    stranger = dashboard.stranger()
    assert stranger.login(token).status_code == 303
    assert "keeps bees" in stranger.page("/?q=bees")
    assert admin.post(f"/keys/{key.id}/revoke").status_code == 303
    assert stranger.get("/").headers["location"] == "/login"
    assert admin.post("/keys", name="nothing").status_code == 400  # without any right
