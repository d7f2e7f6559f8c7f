"""The timeline, one change, and taking it back."""

from datetime import timedelta

import pytest
from visiting import Visitor, text_of

from memwell import Memory
from memwell.app.dashboard.pages import timeline
from memwell.core.clock import ManualClock


def test_changes_are_told_by_day_with_who_and_why(
    ana: Visitor, memory: Memory, clock: ManualClock, cat: str
) -> None:
    clock.advance(timedelta(days=2))
    memory.acting(user="ana").update(cat, "My cat is called Olga.", why="a slip")
    page = ana.page("/timeline")
    told = text_of(page)
    assert told.index("3 March 2024") < told.index("a slip") < told.index("1 March 2024")
    assert "1 changed" in told
    assert "2 added" in told
    assert "<del>Ilse and sleeps on the piano</del><ins>Olga</ins>" in page
    assert "bees" not in told


def test_a_day_can_be_gone_to(ana: Visitor, memory: Memory, clock: ManualClock) -> None:
    clock.advance(timedelta(days=2))
    memory.acting(user="ana").add("Said on the third.")
    assert "Said on the third." in ana.page("/timeline?day=2024-03-03")
    page = ana.page("/timeline?day=2024-03-02")
    assert "Said on the third." not in page
    assert "piano tuner" in page
    assert "Nothing was done up to that day." in text_of(ana.page("/timeline?day=2020-01-01"))
    for bad in ("day=soon", "before=x", "before=-1", "before=99999999999999999999"):
        assert ana.get(f"/timeline?{bad}").status_code == 400, bad


def test_earlier_changes_are_a_page_away(
    ana: Visitor, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "DEEDS", 1)
    first = ana.page("/timeline")
    assert "piano tuner" in first
    assert "Ilse" not in first
    link = first.split('href="/timeline?before=')[1].split('"')[0]
    second = ana.page(f"/timeline?before={link}")
    assert "Ilse" in second
    assert "piano tuner" not in second


def test_undo_is_shown_before_it_is_done(ana: Visitor, memory: Memory, cat: str) -> None:
    own = memory.acting(user="ana")
    batch = own.update(cat, "My cat is called Olga.").id
    before = memory.store.sequence()
    page = ana.page(f"/change/{batch}/undo")
    assert "<del>Olga</del><ins>Ilse and sleeps on the piano</ins>" in page
    assert memory.store.sequence() == before
    answer = ana.post(f"/change/{batch}/undo")
    assert memory.get(cat).text.startswith("My cat is called Ilse")
    undone = answer.headers["location"].split("?")[0]
    assert "Undone." in ana.page(answer.headers["location"])
    ana.post(f"{undone}/undo")  # and back again
    assert memory.get(cat).text == "My cat is called Olga."


def test_what_changed_since_is_left_alone_and_says_so(
    ana: Visitor, memory: Memory, cat: str
) -> None:
    own = memory.acting(user="ana")
    batch = own.update(cat, "My cat is called Olga.").id
    own.update(cat, "My cat is called Ida.")
    told = text_of(ana.page(f"/change/{batch}/undo"))
    assert "Left alone" in told
    assert "undo what came later first" in told
    assert f'action="/change/{batch}/undo"' in ana.page(f"/change/{batch}/undo")
    assert '<button class="main">Undo</button>' not in ana.page(f"/change/{batch}/undo")


def test_undoing_a_conversation_lets_its_turns_expire(
    ana: Visitor, memory: Memory, cat: str
) -> None:
    batch = memory.get(cat).source.events[0]
    assert "would no longer be found" in ana.page(f"/change/{batch}/undo")
    ana.post(f"/change/{batch}/undo")
    assert cat not in [hit.cube.id for hit in memory.search("Ilse cat", 9)]
