"""What counts as evidence, and what it costs."""

import pytest

from memwell.bench.retrieval_case import Document, RetrievalCase
from memwell.bench.strategies.credit import Creditor, Returned
from memwell.bench.strategies.scoring import checkable, holds, ranked, scores, within
from memwell.core.clock import ManualClock
from memwell.core.hit import Hit
from memwell.core.message import Message
from memwell.core.op import Add, Draft
from memwell.core.payload import Text
from memwell.kernel.memory import Memory
from support import START


def said(turn, tokens=10, text=""):
    return Returned(turn, True, tokens, text)


def made(turn, tokens=10, text=""):
    return Returned(turn, False, tokens, text)


@pytest.fixture
def memory(tmp_path):
    with Memory(tmp_path / "m", embedder=None, clock=ManualClock(START)) as opened:
        opened.add([Message("I moved to Porto.", ref="t1"), Message("I like tea.", ref="t2")])
        yield opened


def derived(memory, kind, *parents, text="it was said"):
    draft = Draft(Text(text), labels={"is": kind}, parents=parents)
    (id,) = memory.apply([Add(draft, why="told")], by="test:it").ids
    return Hit(memory.get(id), 1.0)


def test_words_and_statements_of_one_turn_are_evidence_and_summaries_are_not(memory):
    one, two = (cube.id for cube in memory.view().scan())
    hits = [
        Hit(memory.get(one), 2.0),
        derived(memory, "fact", two),
        derived(memory, "summary", two),
        derived(memory, "fact", one, two),
        derived(memory, "fact", derived(memory, "fact", one).cube.id),
        derived(memory, "entity", one),
    ]
    found = Creditor(memory.view()).returned(hits)
    assert [each.turn for each in found] == ["t1", "t2", None, None, None, None]
    assert [each.said for each in found] == [True] + 5 * [False]
    assert found[0].tokens == 6, "23 characters with the role"


def test_a_rank_is_taken_by_what_gives_no_evidence_but_not_by_other_turns():
    documents = {"a", "b", "c"}
    found = [said("a"), said("elsewhere"), made(None), made("a"), made("b"), said("b"), said("c")]
    ranking = ranked(found, documents)
    assert [name.strip() if name in documents else "-" for name in ranking] == [
        "a", "-", "-", "b", "-", "c"
    ]  # fmt: skip
    assert len(set(ranking)) == len(ranking)


def test_what_is_too_long_keeps_nothing_else_out():
    found = [said("a", 60), said("b", 60), said("c", 40), said("d", 1)]
    assert [each.turn for each in within(found, 100)] == ["a", "c"]
    assert list(within(found, 0)) == []


def test_scores_by_rank_and_within_tokens():
    documents = tuple(Document(name, name) for name in "abcdefghijklmnop")
    case = RetrievalCase(
        "q", "kind", "?", "u", START, documents, frozenset("ap"), "Porto, Portugal"
    )
    found = [made("a", 100, "to Porto in Portugal"), *(said(name, 100) for name in "bcdefghijkp")]
    rates = scores(case, found)
    assert (rates["recall@5"], rates["recall@10"], rates["any@5"]) == (0.5, 0.5, 1.0)
    assert (rates["recall@125t"], rates["recall@1000t"], rates["recall@2000t"]) == (0.5, 0.5, 1.0)
    assert (rates["answer@125t"], rates["tokens@10"]) == (1.0, 1000)


def test_answers_are_looked_for_in_one_memory_at_a_time():
    assert holds([said("a", text="Three cats."), said("b", text="In Porto")], "three cats")
    assert not holds([said("a", text="Three dogs"), said("b", text="cats")], "three cats")
    assert holds([said("a", text="It took 22 days")], "21 days. 22 days is also acceptable.")
    assert not checkable("3")
    assert checkable("tea")
