"""The strategy has its say after the words are safe; whatever becomes of it, the receipt tells."""

import contextlib
import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest
from acting import Add, Draft, Noting, Op, Open, Raising, Text, Waiting, turn

from memwell.core.errors import Conflict, Forbidden, InvalidInput, InvalidOutput, MemwellError
from memwell.core.message import Event
from memwell.core.receipt import Status
from memwell.core.strategy import Strategy
from memwell.core.view import View
from memwell.kernel.memory import Memory
from support import assert_sound, base, rows


def left_open(memory: Memory, event: str) -> None:
    """As if nobody had come to refine the event."""
    rows(base(memory), "DELETE FROM job WHERE event = ?", event)
    job = "INSERT INTO job SELECT id, 0, 0, recorded, 0, '', 0 FROM event WHERE id = ?"
    rows(base(memory), job, event)
    memory.store.save_receipt(replace(memory.receipt(event), status=Status.STORED))


def test_the_receipt_tells_what_was_stored_derived_and_dropped(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting(), user="ana")
    receipt = memory.add(["I like tea", "Noted"], session="s1")
    assert receipt.status is Status.REFINED
    assert [done.op for done in receipt.applied] == ["add", "add", "add"]
    assert [done.why for done in receipt.dropped] == ["nothing else in it"]
    note = memory.get(receipt.ids[-1])
    assert note.text == "noted: I like tea and Noted"
    assert note.scope == memory.get(receipt.ids[0]).scope
    assert note.source.parents == receipt.ids[:2]
    assert note.source.events == (receipt.id,)
    assert memory.sources(note.id)[0].id == receipt.id
    kept = memory.receipt(receipt.id)
    assert kept.ids == receipt.ids
    assert kept.dropped == receipt.dropped
    assert note.id in [hit.cube.id for hit in memory.search("noted")]


@pytest.mark.parametrize("stage", ["encode", "store"])
@pytest.mark.parametrize("error", [InvalidOutput("no answer"), InvalidInput("too long")])
def test_a_strategy_that_fails_leaves_the_words_and_says_why(
    open_memory: Open, error: MemwellError, stage: str
) -> None:
    memory = open_memory(strategy=Raising(error, stage))
    receipt = memory.add("I like tea")
    assert receipt.status is Status.FAILED
    assert str(error) in (receipt.error or "")
    assert type(error).__name__ in (receipt.error or "")
    assert [hit.cube.text for hit in memory.search("tea")] == ["I like tea"]
    assert memory.store.unrefined() == []
    memory.close()
    assert open_memory(strategy=Raising(error)).receipt(receipt.id).status is Status.FAILED


def test_a_strategy_with_a_programming_error_fails_like_any_other(open_memory: Open) -> None:
    memory = open_memory(strategy=Raising(KeyError("oops")))
    receipt = memory.add("I like tea")
    assert receipt.status is Status.FAILED
    assert "oops" in (receipt.error or "")


def test_a_programming_error_does_not_lock_the_memory(open_memory: Open) -> None:
    memory = open_memory(strategy=Raising(KeyError("oops")))
    receipt = memory.add("I like tea")
    left_open(memory, receipt.id)
    memory.close()
    again = open_memory(strategy=Raising(KeyError("oops")))
    assert again.receipt(receipt.id).status is Status.FAILED
    assert len(again.search("tea")) == 1


def test_what_was_interrupted_is_resumed_when_the_memory_is_opened(open_memory: Open) -> None:
    strategy = Raising(KeyboardInterrupt())  # type: ignore[arg-type]
    memory = open_memory(strategy=strategy)
    with pytest.raises(KeyboardInterrupt):
        memory.add("I like tea", session="s1")
    (event,) = memory.store.unrefined()
    assert memory.receipt(event).status is Status.STORED
    memory.close()
    again = open_memory(strategy=Noting())
    receipt = again.receipt(event)
    assert receipt.status is Status.REFINED
    assert [again.get(id).text for id in receipt.ids] == ["I like tea", "noted: I like tea"]
    again.close()
    assert open_memory(strategy=Noting()).receipt(event).ids == receipt.ids


def test_refining_the_same_event_again_adds_nothing(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    receipt = memory.add("I like tea")
    left_open(memory, receipt.id)
    memory.close()
    again = open_memory(strategy=Noting())
    assert len(list(again.view().scan())) == 2
    (*_, refused, _) = again.receipt(receipt.id).dropped
    assert (refused.op, refused.why) == ("add", "it is there already")
    assert again.receipt(receipt.id).ids == receipt.ids


def test_with_a_model_the_work_is_done_in_the_background(open_memory: Open) -> None:
    strategy = Waiting()
    memory = open_memory(strategy=strategy)
    receipt = memory.add("I like tea")
    assert receipt.status is Status.STORED
    assert [hit.cube.text for hit in memory.search("tea")] == ["I like tea"]
    strategy.gate.set()
    memory.wait()
    assert memory.receipt(receipt.id).status is Status.REFINED
    assert memory.add("I like milk", wait=True).status is Status.REFINED
    assert len(memory.search("like")) == 4


def test_closing_waits_for_the_work_at_hand(open_memory: Open) -> None:
    strategy = Waiting()
    memory = open_memory(strategy=strategy)
    receipt = memory.add("I like tea")
    assert strategy.begun.wait(10)
    threading.Timer(0.1, strategy.gate.set).start()
    memory.close()
    assert open_memory().receipt(receipt.id).status is Status.REFINED


def test_a_note_belongs_to_the_user_it_was_made_for(open_memory: Open) -> None:
    """One memory serves many users; what it derives from one is seen by that one only."""
    memory = open_memory(strategy=Noting())
    memory.add("ana drinks tea", user="ana")
    memory.add("bob drinks beer", user="bob")
    for user, other in (("ana", "bob"), ("bob", "ana")):
        found = [hit.cube.text for hit in memory.search("noted drinks", user=user)]
        assert any(text.startswith(f"noted: {user}") for text in found)
        assert not any(other in text for text in found)


class Peeping(Strategy):
    """Tries to read and change whatever it can reach."""

    def encode(self, event: Event, view: View) -> Iterable[Draft]:
        others = [cube for cube in view.scan() if event.id not in cube.source.events]
        yield from (Draft(Text(f"peeped: {cube.text}")) for cube in others)
        yield from (Draft(hit.cube.payload) for hit in view.search("secret", 50))


def test_a_strategy_sees_the_user_of_the_event_only(open_memory: Open) -> None:
    memory = open_memory(strategy=Peeping())
    memory.add("ana's secret is tea", user="ana")
    memory.add("bob's secret is beer", user="bob")
    everything = list(memory.view(user="bob").scan())
    assert not any("ana" in cube.text for cube in everything)


def test_forgetting_while_the_strategy_works_does_not_bring_the_words_back(
    open_memory: Open,
) -> None:
    strategy = Waiting()
    memory = open_memory(strategy=strategy)
    receipt = memory.add("my password is swordfish", session="s1")
    assert strategy.begun.wait(10)
    assert memory.forget(*receipt.ids).verified
    strategy.gate.set()
    with contextlib.suppress(MemwellError):
        memory.wait()
    assert [cube.text for cube in memory.view().scan()] == []


@pytest.mark.parametrize("parents", [True, False])
def test_words_forgotten_while_the_strategy_works_are_not_in_what_it_makes_of_the_others(
    open_memory: Open, parents: bool
) -> None:
    strategy = Waiting(parents)
    memory = open_memory(strategy=strategy)
    receipt = memory.add(["my password is swordfish", "I like tea"])
    assert strategy.begun.wait(10)
    assert memory.forget(turn(receipt.id)).verified
    strategy.gate.set()
    memory.wait()
    assert [cube.text for cube in memory.view().scan()] == ["I like tea", "noted: I like tea"]


def test_a_summary_is_not_kept_when_what_it_sums_up_was_forgotten_meanwhile(
    open_memory: Open,
) -> None:
    class Slow(Noting):
        def manage(self, view: View) -> Iterable[Op]:
            ops = list(super().manage(view))
            other.forget(*receipt.ids)
            return ops

    memory, other = open_memory(strategy=Slow()), open_memory()
    receipt = other.add("my password is swordfish")
    with pytest.raises(Conflict):
        memory.manage()
    assert list(memory.view().scan()) == []


def test_ops_that_cannot_be_applied_are_dropped_with_reasons(open_memory: Open) -> None:
    class Clumsy(Strategy):
        def encode(self, event: Event, view: View) -> Iterable[Draft]:
            return [Draft(Text("fine"))]

        def store(self, drafts: Iterable[Draft], view: View) -> Iterable[Op]:
            (draft,) = drafts
            (first,) = list(view.scan())
            return [Add(draft, "good"), Add(draft, "again", id=first.id)]

    memory = open_memory(strategy=Clumsy())
    receipt = memory.add("I like tea")
    assert receipt.status is Status.REFINED
    assert [done.why for done in receipt.applied] == ["said", "good"]
    assert ["there already" in done.why for done in receipt.dropped] == [True]
    assert memory.get(turn(receipt.id)).text == "I like tea"
    assert_sound(base(memory))


def test_a_strategy_may_be_defined_in_a_script(open_memory: Open) -> None:
    class Own(Noting):
        pass

    Own.__module__ = "__main__"
    memory = open_memory(strategy=Own())
    receipt = memory.add("I like tea")
    assert receipt.status is Status.REFINED
    assert memory.get(receipt.ids[-1]).source.by


def test_a_strategy_works_on_what_was_there_before_it_came(open_memory: Open) -> None:
    before = open_memory()
    receipts = [before.add(f"I like {what}", user=user) for what, user in LIKED]
    before.close()
    later, told = open_memory(strategy=Noting()), []
    assert later.refine(user="ana", told=told.append) == 2
    assert told == [1, 2]
    noted = {cube.text for cube in later.view().scan() if cube.text.startswith("noted")}
    assert noted == {"noted: I like tea", "noted: I like cake"}
    assert later.receipt(receipts[0].id).status is Status.REFINED
    assert later.refine() == 1, "only what it has not worked on"
    assert later.refine() == 0
    assert later.queue() == []


def test_what_derives_nothing_and_who_may_not_write_refine_nothing(open_memory: Open) -> None:
    memory = open_memory()
    memory.add("I like tea")
    assert memory.refine() == 0
    with pytest.raises(Forbidden):
        open_memory(strategy=Noting(), rights=["read"]).refine()


def test_refining_before_goes_on_in_the_background(open_memory: Open) -> None:
    before = open_memory()
    before.add("I like tea")
    before.close()
    strategy = Waiting()
    memory = open_memory(strategy=strategy)
    assert memory.refine() == 1
    assert strategy.begun.wait(20)
    assert len(memory.queue()) == 1
    strategy.gate.set()
    memory.wait()
    assert memory.queue() == []


LIKED = (("tea", "ana"), ("cake", "ana"), ("rain", "bob"))
