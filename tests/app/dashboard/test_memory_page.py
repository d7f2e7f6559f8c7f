"""A memory's page, and all that can be done to it there."""

import pytest
from visiting import Dashboard, Visitor, text_of

from memwell import Memory
from memwell.core.errors import NotFound
from memwell.core.lifecycle import State
from memwell.core.op import Add, Draft, Link
from memwell.core.payload import Text


def test_it_tells_where_a_memory_came_from_and_what_was_made_of_it(
    ana: Visitor, memory: Memory, cat: str
) -> None:
    own = memory.acting(user="ana")
    ops = [
        Add(
            Draft(Text("Ana has a cat."), labels={"is": "fact"}, parents=(cat,)), "stated", "f" * 26
        ),
        Link(cat, "f" * 26, "STATES", "it states this"),
    ]
    own.apply(ops, by="plaintext:made-up")
    told = text_of(ana.page(f"/memory/{cat}"))
    for word in (
        "Conversation of 1 Mar 2024, 09:00", "assistant: Does the piano mind?", "Made into",
        "Ana has a cat.", "→ STATES: it states this", "topic=pets", "trust 1.00", "internal",
    ):  # fmt: skip
        assert word in told, word
    made = text_of(ana.page(f"/memory/{'f' * 26}"))
    assert "Made of" in made
    assert "sleeps on the piano" in made
    assert "plaintext:made-up" in made


def test_it_explains_itself_for_a_question(ana: Visitor, cat: str) -> None:
    assert "The best result" in text_of(ana.page(f"/memory/{cat}?q=cat"))
    assert "Just ahead of it" in text_of(ana.page(f"/memory/{cat}?q=piano+tuner+May"))


def test_versions_are_compared_word_by_word(ana: Visitor, cat: str) -> None:
    words = "My cat is called Olga and sleeps on the sofa."
    answer = ana.post(f"/memory/{cat}/edit", text=words, version="1", why="a slip")
    page = ana.page(answer.headers["location"])
    assert "<del>Ilse</del><ins>Olga</ins>" in page
    assert "<del>piano</del><ins>sofa</ins>" in page
    assert "a slip" in page


def test_the_same_words_are_no_new_version(ana: Visitor, memory: Memory, cat: str) -> None:
    words = memory.get(cat).text
    assert "done=same" in ana.post(f"/memory/{cat}/edit", text=words).headers["location"]
    assert memory.get(cat).version == 1


def test_who_was_slower_keeps_their_words(ana: Visitor, memory: Memory, cat: str) -> None:
    memory.update(cat, "Somebody else was faster.")
    answer = ana.post(f"/memory/{cat}/edit", text="My own words.", version="1")
    assert answer.status_code == 409
    assert "It is at version 2 by now" in answer.text
    assert ">My own words.</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert memory.get(cat).text == "Somebody else was faster."


def test_frozen_and_thawed(ana: Visitor, memory: Memory, cat: str) -> None:
    assert ana.post(f"/memory/{cat}/freeze").status_code == 303
    assert memory.get(cat).state is State.FROZEN
    page = ana.page(f"/memory/{cat}")
    assert f'action="/memory/{cat}/thaw"' in page
    assert f'action="/memory/{cat}/edit"' not in page
    answer = ana.post(f"/memory/{cat}/edit", text="other words", version="2")
    assert answer.status_code == 400
    assert memory.get(cat).text.startswith("My cat")
    ana.post(f"/memory/{cat}/thaw")
    assert memory.get(cat).state is State.ACTIVATED


def test_deleted_and_brought_back(ana: Visitor, memory: Memory, cat: str) -> None:
    ana.post(f"/memory/{cat}/delete", why="not now")
    assert cat not in [hit.cube.id for hit in memory.search("Ilse", 9)]
    page = ana.page(f"/memory/{cat}")
    assert "not now" in page
    assert f'action="/memory/{cat}/delete"' not in page
    ana.post(f"/memory/{cat}/restore")
    assert memory.search("Ilse", 1)[0].cube.id == cat


def test_forgetting_shows_first_what_would_go(ana: Visitor, memory: Memory, cat: str) -> None:
    own = memory.acting(user="ana")
    made = Add(Draft(Text("Ana has a cat."), parents=(cat,)), "stated", "f" * 26)
    own.apply([made], by="plaintext:made-up")
    told = text_of(ana.page(f"/memory/{cat}/forget"))
    assert "Nothing was erased yet" in told
    assert "Ana has a cat." in told
    assert memory.get(cat)
    for word in ("", "yes", "forge"):
        assert ana.post(f"/memory/{cat}/forget", word=word).status_code == 400
    assert memory.get(cat)
    answer = ana.post(f"/memory/{cat}/forget", word="Forget")
    assert "nothing of it can be read any more" in answer.text
    with pytest.raises(NotFound):
        memory.history(cat)
    assert memory.store.everywhere("f" * 26) == []
    assert ana.get(f"/memory/{cat}").status_code == 404


def test_shared_and_no_longer(ana: Visitor, dashboard: Dashboard, memory: Memory, cat: str) -> None:
    bo = dashboard.visitor(user="bo")
    assert bo.get(f"/memory/{cat}").status_code == 404
    ana.post(f"/memory/{cat}/share", to="bo", read="1", until="2030-01-01T00:00")
    (grant,) = memory.governance.grants()
    assert (grant.to.user, grant.cube, sorted(grant.rights)) == ("bo", cat, ["read"])
    assert "sleeps on the piano" in bo.page(f"/memory/{cat}")
    assert bo.post(f"/memory/{cat}/edit", text="mine", version="1").status_code in (400, 403, 404)
    assert memory.get(cat).version == 1
    page = ana.page(f"/memory/{cat}")
    assert "bo" in text_of(page)
    ana.post(f"/memory/{cat}/revoke", grant=grant.id)
    assert bo.get(f"/memory/{cat}").status_code == 404
    assert ana.post(f"/memory/{cat}/share").status_code == 400


def test_an_id_may_be_cut_short_but_not_to_nothing(ana: Visitor, cat: str) -> None:
    assert ana.get(f"/memory/{cat[:10]}").status_code == 200
    assert ana.get("/memory/%20").status_code in (400, 404)
