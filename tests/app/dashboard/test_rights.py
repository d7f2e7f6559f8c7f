"""What a key may not do is not offered, and refused when it is asked for all the same."""

import pytest
from visiting import Dashboard, Tags, Visitor, text_of

from memwell import Memory
from memwell.app.dashboard import router
from memwell.core.scope import Scope


def actions(page: str) -> set[str]:
    """What the forms of a page do."""
    found = {each.get("action") or "" for tag, each in Tags(page).found if tag == "form"}
    return found - {"/", "/theme", "/logout", "/timeline", ""}


def test_a_reader_is_offered_nothing_to_write(
    dashboard: Dashboard, memory: Memory, cat: str
) -> None:
    reader = dashboard.visitor("read", user="ana")
    batch = memory.acting(user="ana").deeds().deeds[0].batch
    assert actions(reader.page("/")) == set()
    assert actions(reader.page(f"/memory/{cat}")) == {f"/memory/{cat}/share"}
    for path in ("/", "/timeline", f"/change/{batch}", f"/memory/{cat}", "/jobs"):
        page = reader.page(path)
        assert "Undo" not in page
        assert "Forget for good" not in page
        assert 'href="/import"' not in page
        assert 'href="/keys"' not in page


@pytest.mark.parametrize("rights", [("read",), ("read", "write"), ("read", "delete")])
def test_a_key_without_the_right_is_refused(
    rights: tuple[str, ...], dashboard: Dashboard, memory: Memory, cat: str
) -> None:
    visitor = dashboard.visitor(*rights, user="ana")
    batch = memory.acting(user="ana").deeds().deeds[0].batch
    before = memory.store.sequence()
    needs = {
        "write": [
            f"/change/{batch}/undo", "/add", f"/memory/{cat}/edit", f"/memory/{cat}/freeze",
            f"/memory/{cat}/thaw", f"/memory/{cat}/delete", f"/memory/{cat}/restore", "/import",
            "/jobs/retry",
        ],
        "delete": [f"/memory/{cat}/forget"],
        "admin": ["/keys", "/keys/0/revoke"],
    }  # fmt: skip
    for right in {"write", "delete", "admin"} - set(rights):
        for path in needs[right]:
            fields = {"text": "new words", "version": "1", "word": "forget", "name": "k"}
            answer = visitor.post(path, **fields)
            assert answer.status_code in (400, 403), path
            assert (answer.status_code == 403) or "new words" in answer.text
    assert memory.store.sequence() == before
    told = [path for path in router.POSTED if path not in ("/theme", "/export")]
    assert len(told) == sum(map(len, needs.values())) + 2  # share and revoke belong to the owner


def test_memories_of_others_are_not_there(ana: Visitor, memory: Memory, bees: str) -> None:
    batch = memory.acting(user="bo").deeds().deeds[0].batch
    before = memory.store.sequence()
    for path in (f"/memory/{bees}", f"/memory/{bees}?q=bees", f"/memory/{bees}/forget",
                 f"/change/{batch}", f"/change/{batch}/undo"):  # fmt: skip
        answer = ana.get(path)
        assert answer.status_code == 404, path
        assert "bees behind" not in answer.text
    for path in (f"/memory/{bees}/edit", f"/memory/{bees}/freeze", f"/memory/{bees}/delete",
                 f"/memory/{bees}/restore", f"/memory/{bees}/forget", f"/memory/{bees}/share",
                 f"/change/{batch}/undo", "/jobs/retry"):  # fmt: skip
        fields = {"text": "mine now", "version": "1", "word": "forget", "to": "ana", "event": batch}
        assert ana.post(path, **fields).status_code == 404, path
    assert memory.store.sequence() == before
    assert memory.governance.grants() == []


def test_memories_of_others_are_in_no_list(ana: Visitor, bees: str, memory: Memory) -> None:
    batch = memory.acting(user="bo").deeds().deeds[0].batch
    for path in ("/", "/?q=bees+house", "/?q=bees+house&do=ask", "/timeline", "/graph",
                 f"/graph?open={bees}", f"/graph?open={batch}", "/overview", "/jobs"):  # fmt: skip
        page = ana.page(path)
        assert "keeps bees" not in page, path
        assert bees not in page.replace(f"open={bees}", ""), path
    assert "1 memories" not in text_of(ana.page("/?q=bees"))  # nor are they counted


def test_another_user_cannot_be_named(ana: Visitor) -> None:
    answer = ana.get("/?q=bees&user=bo")
    assert answer.status_code == 400
    assert "keeps bees" not in answer.text
    assert ana.post("/add", text="as somebody else", user="bo").status_code == 400


def test_those_who_look_after_a_tenant_learn_how_many_they_may_not_read(
    dashboard: Dashboard, memory: Memory
) -> None:
    memory.add("The safe is behind the picture.", user="bo", sensitivity="secret")
    low = dashboard.visitor(admin=True, clearance="internal")
    page = low.page("/?q=safe+picture")
    assert "behind the picture" not in page
    assert "1 memories of this tenant may not be read with this key" in text_of(page)
    assert "behind the picture" in dashboard.visitor(admin=True).page("/?q=safe+picture")


def test_jobs_of_others_are_not_there(dashboard: Dashboard, ana: Visitor) -> None:
    path = ana.post("/export").headers["location"]
    bo = dashboard.visitor(user="bo")
    assert bo.get(path).status_code == 404
    assert bo.get(f"{path}/file").status_code == 404
    assert path not in bo.page("/jobs")
    assert path in ana.page("/jobs")


def test_keys_are_for_those_who_look_after_them(dashboard: Dashboard, memory: Memory) -> None:
    visitor = dashboard.visitor()
    before = memory.keyring.listed()
    assert visitor.get("/keys").status_code == 403
    assert visitor.post("/keys", name="mine", read="1").status_code == 403
    assert visitor.post(f"/keys/{before[0].id}/revoke").status_code == 403
    assert memory.keyring.listed() == before


def test_nobody_gives_more_than_they_have(dashboard: Dashboard, memory: Memory) -> None:
    small = dashboard.visitor("read", admin=True, user="ana", clearance="internal", name="small")
    before = len(memory.keyring.listed())
    for fields in (
        {"write": "1"}, {"delete": "1"}, {"clearance": "secret"}, {"user": "bo"},
        {"tenant": "other"}, {"read": "1", "write": "1", "user": "ana"},
    ):  # fmt: skip
        assert small.post("/keys", name="more", **fields).status_code == 403, fields
    assert len(memory.keyring.listed()) == before
    made = small.post("/keys", name="less", read="1", clearance="public")
    assert made.status_code == 200
    key = next(each for each in memory.keyring.listed() if each.name == "less")
    assert key.scope == Scope("default", "ana")


def test_an_admin_sees_the_keys_of_its_own_tenant_alone(
    dashboard: Dashboard, memory: Memory
) -> None:
    other = dashboard.visitor(admin=True, tenant="other", name="of the other")
    operator = next(each for each in memory.keyring.listed() if each.name == "of the other")
    mine = memory.keyring.create("of the default", Scope()).key
    page = other.page("/keys")
    assert "of the other" in page
    assert "of the default" not in page
    assert other.post(f"/keys/{mine.id}/revoke").status_code == 404
    assert operator.id in dashboard.visitor(admin=True).page("/keys")


def test_a_memory_beyond_the_clearance_is_not_there(dashboard: Dashboard, memory: Memory) -> None:
    id = memory.add("The gate code is 4711.", user="ana", sensitivity="secret").ids[0]
    low = dashboard.visitor(user="ana", clearance="internal")
    assert low.get(f"/memory/{id}").status_code == 404
    for path in ("/", "/timeline", "/graph", f"/graph?open={id}", "/?q=gate+code"):
        assert "4711" not in low.page(path)
    assert "4711" in dashboard.visitor(user="ana").page(f"/memory/{id}")
