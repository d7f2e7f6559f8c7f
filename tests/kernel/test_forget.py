"""Forgetting is for good: every version, every branch, the raw words, the bytes on disk."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from acting import Add, Draft, Link, Managing, Noop, Noting, Op, Open, Text, Update
from archived import lines_of, sealed
from hypothesis import given, settings
from hypothesis import strategies as st

from memwell.core.clock import ManualClock
from memwell.core.errors import InvalidInput, NotFound
from memwell.core.payload import KV
from memwell.core.view import View
from memwell.kernel import scrub
from memwell.kernel.evidence import EvidenceSource
from memwell.kernel.forget import Doomed
from memwell.kernel.memory import Memory
from support import WordEmbedder, assert_sound, base, files_holding, quick_folder, tables

SECRET = "swordfish"


def words(memory: Memory) -> list[str]:
    return [cube.text for cube in memory.view().scan()]


def assert_no_trace(memory: Memory, secret: str = SECRET) -> None:
    """Not in any file, nor in any column, nor in what the memory can say."""
    memory.close()
    assert files_holding(memory.path, secret) == []
    assert_sound(base(memory))


def test_a_turn_goes_with_its_words_and_its_siblings_stay(memory: Memory) -> None:
    receipt = memory.add(["I like tea", f"my password is {SECRET}", "bye"], session="s1")
    assert files_holding(memory.path, SECRET)
    report = memory.forget(receipt.ids[1])
    assert report.verified
    assert report.cubes == (receipt.ids[1],)
    assert report.events == (receipt.id,)
    assert words(memory) == ["I like tea", "bye"]
    (event,) = memory.sources(receipt.ids[0])
    assert [message.text for message in event.messages] == ["I like tea", "", "bye"]
    with pytest.raises(NotFound):
        memory.history(receipt.ids[1])
    assert SECRET not in str(memory.search(f"password {SECRET}"))
    assert_no_trace(memory)


def test_every_version_goes(memory: Memory, clock: ManualClock) -> None:
    (id,) = memory.add(f"my password is {SECRET}").ids
    clock.advance(timedelta(days=1))
    memory.update(id, "my password is secret now")
    assert memory.forget(id).verified
    assert memory.search("password", known_at=clock.now() - timedelta(hours=1)) == []
    assert_no_trace(memory)


def test_an_event_without_words_goes_too(memory: Memory) -> None:
    receipt = memory.add(f"my password is {SECRET}")
    memory.forget(*receipt.ids)
    assert list(memory.store.all_events(memory.scope)) == []
    with pytest.raises(NotFound):
        memory.receipt(receipt.id)
    assert_no_trace(memory)


@pytest.mark.parametrize("parents", [True, False])
def test_what_was_made_of_it_goes(open_memory: Open, parents: bool) -> None:
    """A note that names the turn as parent, or rests on its event alone."""
    memory = open_memory(strategy=Noting(parents=parents))
    receipt = memory.add(f"my password is {SECRET}")
    memory.add("I like tea")
    report = memory.forget(receipt.ids[0])
    assert set(report.cubes) == set(receipt.ids)
    assert words(memory) == ["I like tea", "noted: I like tea"]
    assert_no_trace(memory)


def test_forgetting_a_note_takes_the_turns_it_would_come_back_from(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    receipt = memory.add(f"my password is {SECRET}")
    memory.add("I like tea")
    assert set(memory.forget(receipt.ids[-1]).cubes) == set(receipt.ids)
    assert words(memory) == ["I like tea", "noted: I like tea"]
    assert_no_trace(memory)


def test_a_summary_goes_but_what_else_it_summed_up_stays(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    secret = memory.add(f"my password is {SECRET}", session="s1")
    memory.add("I like tea", session="s2")
    (summary,) = memory.manage().ids
    assert SECRET in memory.get(summary).text
    report = memory.forget(secret.ids[0])
    assert set(report.cubes) == {*secret.ids, summary}
    assert words(memory) == ["I like tea", "noted: I like tea"]
    assert_no_trace(memory)


def test_chains_of_derivation_are_followed_to_the_end(open_memory: Open) -> None:
    def chained(view: View) -> Iterable[Op]:
        last = list(view.scan())[-1]
        return [Add(Draft(Text(f"again {last.text}"), parents=(last.id,)), "chained")]

    clock = ManualClock(open_memory().view().now)
    memory = open_memory(strategy=Managing(chained), clock=clock)
    receipt = memory.add(f"my password is {SECRET}")
    for _ in range(5):
        clock.advance(timedelta(seconds=1))
        memory.manage()
    assert len(words(memory)) == 6
    assert len(memory.forget(*receipt.ids).cubes) == 6
    assert words(memory) == []
    assert_no_trace(memory)


def test_links_go_and_neighbours_stay(memory: Memory) -> None:
    one, two = memory.add([f"my password is {SECRET}", "I like tea"]).ids
    memory.apply([Link(one, two, "next", f"{SECRET} came first")], by="user")
    memory.forget(one)
    assert memory.view().neighbours(two) == []
    assert_no_trace(memory)


def test_the_reason_of_a_link_to_it_goes(memory: Memory) -> None:
    one, two = memory.add([f"my password is {SECRET}", "I like tea"]).ids
    memory.apply([Link(two, one, "before", f"{SECRET} came later")], by="user")
    memory.forget(one)
    assert_no_trace(memory)


def test_the_reasons_why_something_was_dropped_go(open_memory: Open) -> None:
    class Remarking(Noting):
        def store(self, drafts: Iterable[Draft], view: View) -> Iterable[Op]:
            return [Noop(why=f"known already: {draft.payload}") for draft in drafts]

    memory = open_memory(strategy=Remarking())
    receipt = memory.add(f"my password is {SECRET}")
    memory.forget(*receipt.ids)
    assert_no_trace(memory)


def test_a_turn_with_further_evidence_takes_no_other_words_along(memory: Memory) -> None:
    first = memory.add(["my name is Ana", "hello"])
    second = memory.add(["I like tea", "Ana is my name"])
    memory.apply([Update(first.ids[0], "confirmed", events=(second.id,))], by="user")
    memory.forget(first.ids[0])
    assert words(memory) == ["hello", "I like tea", "Ana is my name"]
    (event,) = memory.sources(second.ids[0])
    assert [message.text for message in event.messages] == ["I like tea", "Ana is my name"]


def test_a_turn_that_was_relabelled_still_takes_its_words_along(memory: Memory) -> None:
    receipt = memory.add([f"my password is {SECRET}", "hello"])
    memory.apply([Update(receipt.ids[0], "sorted", labels={"topic": "login"})], by="user")
    memory.forget(receipt.ids[0])
    assert_no_trace(memory)


def test_words_that_were_merged_into_another_turn_go(memory: Memory) -> None:
    """Evidence that changed what it was added to, unlike evidence that only confirmed it."""
    first = memory.add(["I like tea", "hello"])
    second = memory.add([f"my password is {SECRET}", "bye"])
    merged = Update(first.ids[0], "x", Text(f"tea, {SECRET}"), events=(second.id,))
    memory.apply([merged, Update(first.ids[1], "y", events=(second.id,))], by="user")
    assert set(memory.forget(second.ids[0]).cubes) == {second.ids[0], first.ids[0]}
    assert words(memory) == ["bye", "hello"]
    assert_no_trace(memory)


def test_what_shares_an_event_with_a_summary_of_it_stays(memory: Memory) -> None:
    secret, other = memory.add(f"my password is {SECRET}"), memory.add("I like tea")
    drafts = [
        Draft(Text(f"{SECRET} and tea"), parents=(*secret.ids, *other.ids)),
        Draft(Text("likes tea"), events=(other.id,)),
    ]
    memory.apply([Add(draft, "derived") for draft in drafts], by="test")
    memory.forget(*secret.ids)
    assert words(memory) == ["I like tea", "likes tea"]
    assert_no_trace(memory)


def test_what_names_a_parent_that_never_was_is_not_kept(memory: Memory) -> None:
    draft = Draft(Text(SECRET), parents=("dreamt",))
    done = memory.apply([Add(draft, "x", id="one")], by="test")
    assert [(entry.op, entry.why) for entry in done.dropped] == [
        ("add", "one parent, dreamt, is not a memory in this scope")
    ]
    assert_no_trace(memory)


def test_what_names_a_parent_that_never_was_can_be_forgotten(
    memory: Memory, open_memory: Open, tmp_path: Path
) -> None:
    """It can only come with an import: nothing is derived from what is not there."""
    draft = Draft(Text(SECRET), parents=("dreamt",))
    refused = memory.apply([Add(draft, "x", id="one")], by="test")
    assert [(done.op, done.id) for done in refused.dropped] == [("add", "one")]
    other = open_memory("other")
    other.apply([Add(replace(draft, parents=()), "x", id="one")], by="test")
    other.export(path := tmp_path / "all.jsonl")
    path.write_text(
        sealed([each.replace('"parents": []', '"parents": ["dreamt"]') for each in lines_of(path)])
    )
    memory.import_(path)
    assert memory.get("one").source.parents == ("dreamt",)
    assert memory.forget("one").verified
    assert_no_trace(memory)


def test_a_summary_of_many_users_goes_when_one_of_them_forgets(open_memory: Open) -> None:
    whole, ana = open_memory(), open_memory(user="ana")
    (mine,) = ana.add(f"my password is {SECRET}").ids
    (theirs,) = whole.add("I like tea", user="bob").ids
    both = Draft(Text(f"{SECRET}, tea"), parents=(mine, theirs))
    whole.apply([Add(both, "summed up")], by="admin")
    assert ana.forget(mine).verified
    assert words(whole) == ["I like tea"]
    whole.close()
    assert_no_trace(ana)


def test_another_receipt_that_speaks_of_it_stays_without_reasons(open_memory: Open) -> None:
    class Doubting(Noting):
        def store(self, drafts: Iterable[Draft], view: View) -> Iterable[Op]:
            (first, *_) = view.scan()
            return [Update(first.id, f"not {first.text}?", labels={}), Noop(f"is {first.text}")]

    memory = open_memory(strategy=Noting())
    memory.add(f"my password is {SECRET}")
    memory.close()
    memory = open_memory(strategy=Doubting())
    other = memory.add("I like tea")
    (doomed, *_) = memory.view().scan()
    assert SECRET in str(memory.receipt(other.id))
    memory.forget(doomed.id)
    assert [done.op for done in memory.receipt(other.id).applied] == ["add", "update"]
    assert_no_trace(memory)


def test_tensors_that_another_memory_names_stay(memory: Memory) -> None:
    one, two = memory.add([f"my password is {SECRET}", "hello"]).ids
    blob = memory.blobs.put({"k": np.zeros(3, np.uint8)})
    drafts = [Draft(KV(blob, "model", 3, (0, 3)), parents=(id,)) for id in (one, two)]
    memory.apply([Add(draft, "cached") for draft in drafts], by="test")
    memory.forget(one)
    assert list(memory.blobs.digests()) == [blob]
    memory.forget(two)
    assert list(memory.blobs.digests()) == []


def test_the_tensors_made_of_it_go(open_memory: Open) -> None:
    memory = open_memory()
    receipt = memory.add([f"my password is {SECRET}", "hello"])
    blob = memory.blobs.put({"k": np.frombuffer(SECRET.encode(), np.uint8)})
    cached = Draft(KV(blob, "model", 3, (0, 3)), parents=(receipt.ids[0],))
    memory.apply([Add(cached, "cached")], by="test")
    memory.forget(receipt.ids[0])
    assert list(memory.blobs.digests()) == []
    assert_no_trace(memory)


@pytest.mark.parametrize("what", ["session", "user"])
def test_a_whole_session_or_user_goes(open_memory: Open, what: str) -> None:
    memory = open_memory(strategy=Noting())
    memory.add(f"my password is {SECRET}", session="s1", user="ana")
    memory.add(["hello", f"again {SECRET}"], session="s1", user="ana")
    memory.add("I like tea", session="s2", user="bob")
    report = memory.forget(**{what: {"session": "s1", "user": "ana"}[what]})
    assert report.verified
    assert len(report.cubes) == 5
    assert len(report.events) == 2
    assert words(memory) == ["I like tea", "noted: I like tea"]
    assert_no_trace(memory)


def test_a_users_name_goes_with_the_last_of_their_memories(open_memory: Open) -> None:
    memory = open_memory()
    memory.add("I like tea", user=f"{SECRET}@example.org", session="s1")
    memory.add("I like beer", user="bob", session="s1")
    memory.forget(user=f"{SECRET}@example.org")
    assert_no_trace(memory)


def test_a_dry_run_names_what_would_go_and_changes_nothing(open_memory: Open) -> None:
    memory = open_memory(strategy=Noting())
    receipt = memory.add(f"my password is {SECRET}")
    before = tables(base(memory))
    report = memory.forget(receipt.ids[0], dry_run=True)
    assert set(report.cubes) == set(receipt.ids)
    assert report.dry_run
    assert not report.verified
    assert tables(base(memory)) == before


def test_only_what_is_named_and_ones_own_can_be_forgotten(open_memory: Open) -> None:
    ana, bob = open_memory(user="ana"), open_memory(user="bob")
    receipt = ana.add("I like tea")
    with pytest.raises(InvalidInput, match="name what"):
        ana.forget()
    with pytest.raises(NotFound):
        bob.forget(*receipt.ids)
    with pytest.raises(NotFound):
        bob.forget(session="nowhere")
    assert words(ana) == ["I like tea"]


def test_an_audit_line_without_words_stays(memory: Memory) -> None:
    receipt = memory.add(f"my password is {SECRET}")
    memory.forget(*receipt.ids)
    (line,) = [line for line in memory.store.journal() if line.applied.op == "forget"]
    assert (line.applied.id, line.applied.why, line.by) == (receipt.ids[0], "", "user")


def test_the_dense_index_forgets(open_memory: Open) -> None:
    memory = open_memory(embedder=WordEmbedder())
    memory._reembedder.source.exhaustive = 2
    secret = memory.add(f"my password is {SECRET}")
    memory.add(["one", "two", "three", "four"])
    memory.search("password")
    vector = WordEmbedder().embed([f"my password is {SECRET}"]).vectors[0].astype("<f4").tobytes()
    holding = [path for path in memory.path.rglob("*") if path.is_file()]
    assert any(vector in path.read_bytes() for path in holding if "index" in str(path))
    memory.forget(*secret.ids)
    memory.search("password")
    for path in memory.path.rglob("*"):
        assert not path.is_file() or vector not in path.read_bytes(), path


def test_an_index_file_is_rebuilt_when_the_process_ended_before_dropping_it(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = open_memory()
    memory._reembedder.source.exhaustive = 2
    secret = memory.add(f"my password is {SECRET}")
    memory.add(["one", "two", "three", "four"])
    memory.search("password")
    vector = WordEmbedder().embed([f"my password is {SECRET}"]).vectors[0].astype("<f4").tobytes()

    def killed(self: EvidenceSource) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(EvidenceSource, "forgotten", killed)
    with pytest.raises(KeyboardInterrupt):
        memory.forget(*secret.ids)
    monkeypatch.undo()
    memory.close()
    again = open_memory()
    again._reembedder.source.exhaustive = 2
    again.search("password")
    for path in again.path.rglob("*"):
        assert not path.is_file() or vector not in path.read_bytes(), path


def test_nothing_is_called_verified_while_a_reader_keeps_the_old_pages(
    open_memory: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "PATIENCE", 0.2)
    memory = open_memory()
    receipt = memory.add(f"my password is {SECRET}")
    reader = sqlite3.connect(base(memory), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM version").fetchone()
    report = memory.forget(*receipt.ids)
    left = files_holding(memory.path, SECRET)
    reader.close()
    assert report.verified == (not left)


def test_another_open_memory_sees_that_it_is_gone(open_memory: Open) -> None:
    one, other = open_memory(), open_memory()
    receipt = one.add([f"my password is {SECRET}", "I like tea"])
    assert len(other.search("password tea")) == 2
    one.forget(receipt.ids[0])
    one.add("water")
    assert {hit.cube.text for hit in other.search("password tea")} == {"I like tea", "water"}
    one.add("I have a new password")
    found = [hit.cube.text for hit in other.search("password", k=1)]
    assert found == ["I have a new password"]


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=5),
    st.booleans(),
    st.data(),
)
def test_whatever_is_forgotten_the_rest_can_be_found(
    conversations: list[list[int]], parents: bool, data: st.DataObject
) -> None:
    """Words are unique, so every trace of a forgotten one would be seen."""
    with quick_folder() as folder:
        memory = Memory(
            folder, embedder=WordEmbedder(), model=None, strategy=Noting(parents=parents)
        )
        said: dict[str, str] = {}
        whole: dict[str, set[str]] = {}
        for number, turns in enumerate(conversations):
            texts = [f"word{number}x{place} likes {n}" for place, n in enumerate(turns)]
            receipt = memory.add(texts)
            ids = receipt.ids[: len(texts)]
            said |= dict(zip(ids, texts, strict=True))
            whole |= {id: set(ids) for id in ids}
        doomed = data.draw(st.sampled_from(sorted(said)))
        word = said[doomed].split()[0]
        report = memory.forget(doomed)
        assert report.verified
        assert doomed in report.cubes
        assert set(report.cubes) & set(said) <= whole[doomed]
        left = {id: text for id, text in said.items() if id not in report.cubes}
        for id, text in left.items():
            assert id in [hit.cube.id for hit in memory.search(text, k=50)]
        memory.close()
        assert files_holding(Path(folder), word) == []
        assert_sound(Path(folder) / "memory.db")


def test_nobody_writes_between_following_the_traces_and_erasing_them(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be derived in between would stay."""
    follow, tried = Doomed.follow, []

    def followed(self: Doomed, ids: Sequence[str]) -> Doomed:
        found = follow(self, ids)
        other = sqlite3.connect(base(memory), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        tried.append(found)
        return found

    (id,) = memory.add("one").ids
    monkeypatch.setattr(Doomed, "follow", followed)
    assert memory.forget(id).verified
    assert len(tried) == 1
