"""What strategies read: narrowed views, many links, many questions at once, what they cost."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from acting import Open
from pydantic import BaseModel

from memwell.core.errors import InvalidInput, InvalidOutput, ModelUnavailable
from memwell.core.message import Event
from memwell.core.metering import metered
from memwell.core.model import Prompt
from memwell.core.op import Add, Draft, Link, Noop, Op
from memwell.core.payload import Text
from memwell.core.strategy import Strategy
from memwell.core.view import DERIVED, SAID, View
from memwell.models.asking import Asking, Completion
from memwell.models.scripted import Scripted


class Mood(BaseModel):
    mood: str


MOOD = Prompt("mood", "How does {who} feel?", Mood)


@dataclass
class Kept:
    """A provider that answers every question once, and counts how often it was asked."""

    name: str = "kept"
    asked: int = 0

    def complete(self, prompt: str, schema: dict[str, Any]) -> Completion:
        self.asked += 1
        return Completion('{"mood": "fine"}', 10, 5)


@dataclass
class Moody(Strategy):
    """Asks about every message, and notes the answer."""

    needs_model = True

    def encode(self, event: Event, view: View) -> Iterable[Draft | Noop]:
        fields = [{"who": message.text} for message in event.messages]
        for place, answer in enumerate(view.ask_each(MOOD, fields)):
            if isinstance(answer, InvalidOutput):
                yield Noop(why="no valid answer")
            else:
                parents = (event.turn_id(place),)
                yield Draft(Text(f"mood {answer.mood}"), labels={"is": "mood"}, parents=parents)


def fact(words: str, **labels: str) -> Add:
    return Add(Draft(Text(words), labels={"is": "fact", **labels}), why="told", id=words)


def test_a_view_narrows_to_what_fulfils_a_filter(open_memory: Open) -> None:
    memory = open_memory()
    memory.add(["I like tea", "I like cake"], labels={"topic": "food"})
    memory.apply([fact("Ana likes tea", about="tea"), fact("Ana likes cake")], by="test:it")
    view = memory.view()
    facts, said = view.only({"is": "fact"}), view.only(SAID)
    assert {cube.text for cube in facts.scan()} == {"Ana likes tea", "Ana likes cake"}
    assert {cube.text for cube in said.scan()} == {"I like tea", "I like cake"}
    assert {hit.cube.text for hit in facts.search("tea")} == {"Ana likes tea", "Ana likes cake"}
    assert len(said.evidence("tea")) == len(view.only(DERIVED).evidence("tea")) == 2
    both = facts.only({"about": "tea"})
    assert [cube.text for cube in both.scan()] == ["Ana likes tea"]
    assert [hit.cube.text for hit in both.search("likes")] == ["Ana likes tea"]
    assert [cube.text for cube in said.only({"topic": "sport"}).scan()] == []
    assert both.get("Ana likes cake") is not None, "what is named is found all the same"
    with pytest.raises(InvalidInput):
        view.only({"is": {"near": "fact"}})


def test_only_strategies_say_what_a_memory_is(open_memory: Open) -> None:
    with pytest.raises(InvalidInput, match="'is'"):
        open_memory().add("I like tea", labels={"is": "fact"})


def test_the_words_before_a_model_are_those_that_were_said(open_memory: Open) -> None:
    memory = open_memory()
    memory.add(["I like tea"])
    memory.apply([fact("Ana likes tea")], by="test:it")
    assert "Ana" not in memory.context("What do I like?").text


def test_links_of_many_come_once_each(open_memory: Open) -> None:
    memory = open_memory()
    memory.apply([fact("a"), fact("b"), fact("c")], by="test:it")
    memory.apply([Link("a", "b", "knows"), Link("c", "b", "knows")], by="test:it")
    links = memory.view().neighbours("a", "b", "c")
    assert sorted((link.src, link.dst) for link in links) == [("a", "b"), ("c", "b")]
    assert memory.view().neighbours() == []


def test_questions_are_asked_side_by_side_and_a_misfit_is_one_of_the_answers(
    open_memory: Open,
) -> None:
    gate = threading.Barrier(3)

    def mood(who: str) -> dict[str, str]:
        gate.wait(20)  # passes only when three are asked at once
        return {} if who == "b" else {"mood": who}

    memory = open_memory(model=Scripted({"mood": mood}, immediate=False))
    one, two, three = memory.view().ask_each(MOOD, [{"who": who} for who in "abc"])
    assert (one, three) == (Mood(mood="a"), Mood(mood="c"))
    assert isinstance(two, InvalidOutput)
    with pytest.raises(ModelUnavailable):
        open_memory("none").view().ask_each(MOOD, [{"who": "a"}, {"who": "b"}])


def test_a_misfit_leaves_a_reason_and_the_rest_is_kept(open_memory: Open) -> None:
    answers = [{"mood": "fine"}, {}, {"mood": "tired"}]
    memory = open_memory(strategy=Moody(), model=Scripted({"mood": answers}))
    receipt = memory.add(["one", "two", "three"])
    moods = [cube.text for cube in memory.view().only({"is": "*"}).scan()]
    assert moods == ["mood fine", "mood tired"]
    assert [done.why for done in receipt.dropped] == ["no valid answer"]


def test_an_immediate_model_refines_at_once_and_another_in_the_background(
    open_memory: Open,
) -> None:
    at_once = open_memory(strategy=Moody(), model=Scripted({"mood": [{"mood": "fine"}]}))
    assert at_once.add("one").status == "refined"
    gate = threading.Event()

    def mood(who: str) -> dict[str, str]:
        assert gate.wait(20)
        return {"mood": who}

    later = open_memory("later", strategy=Moody(), model=Scripted({"mood": mood}, immediate=False))
    receipt = later.add("one")
    assert receipt.status == "stored"
    gate.set()
    later.wait()
    assert later.receipt(receipt.id).status == "refined"


def test_what_was_asked_before_costs_nothing_until_something_is_forgotten(
    open_memory: Open,
) -> None:
    provider = Kept()
    asking = Asking(provider)
    memory = open_memory(strategy=Moody(), model=asking)
    asking.cache = memory.store.answers
    first = memory.add("tea", session="s1", wait=True)
    assert first.tokens == memory.receipt(first.id).tokens == 15
    again = memory.add("tea", session="s2", wait=True)
    assert (again.tokens, provider.asked) == (0, 1)
    memory.close()
    reopened = open_memory(strategy=Moody(), model=asking)
    asking.cache = reopened.store.answers
    assert len(asking.cache) == 1
    reopened.add("tea", session="s3", wait=True)
    assert provider.asked == 1
    reopened.forget(session="s1")
    assert len(asking.cache) == 0
    assert list(asking.cache) == []
    reopened.add("tea", session="s4", wait=True)
    assert provider.asked == 2


def test_what_is_spent_is_counted_by_whoever_asks() -> None:
    asking = Asking(Kept())
    with metered() as outer:
        asking.ask(MOOD, who="a")
        with metered() as inner:
            asking.ask(MOOD, who="b")
            asking.ask(MOOD, who="b")
    asking.ask(MOOD, who="c")
    assert (inner.tokens, inner.calls, inner.cached) == (15, 1, 1)
    assert (outer.tokens, asking.usage.tokens) == (30, 45)


@dataclass
class Summing(Strategy):
    """One summary of each owner's words."""

    def manage(self, view: View) -> Iterable[Op]:
        words = sorted(cube.text for cube in view.only(SAID).scan())
        parents = tuple(cube.id for cube in view.only(SAID).scan())
        return [Add(Draft(Text(" and ".join(words)), parents=parents), why="summed up")]


def test_each_owner_is_tended_apart_and_undone_together(open_memory: Open) -> None:
    memory = open_memory(strategy=Summing())
    for user in ("ana", "bob"):
        memory.add([f"I am {user}", "I like tea"], user=user)
    preview = memory.manage(dry_run=True)
    assert len(preview.applied) == 2
    receipt = memory.manage()
    assert sorted(done.text for done in receipt.applied) == [
        "I am ana and I like tea",
        "I am bob and I like tea",
    ]
    owners = {memory.get(id).scope.user for id in receipt.ids}
    assert owners == {"ana", "bob"}
    memory.undo(receipt.id)
    assert len(list(memory.view().scan())) == 4
