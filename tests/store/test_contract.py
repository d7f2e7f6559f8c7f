"""What any store must do: versions, conflicts, moments, links, events, receipts, search columns."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from storing import ALL, ANA, BOB, FP, batch, cube, event, put, states, vector

from memwell.core.clock import ManualClock
from memwell.core.errors import Conflict
from memwell.core.filter import parsed
from memwell.core.interval import Interval
from memwell.core.lifecycle import SEARCHABLE, State
from memwell.core.op import Link
from memwell.core.payload import KV, Text, Weights
from memwell.core.receipt import Applied, Receipt, Status
from memwell.core.scope import Scope
from memwell.core.store import NOW, Store
from memwell.core.view import Moment
from memwell.index.analysis import terms
from memwell.store import filters
from support import START

HOUR = timedelta(hours=1)


def test_a_cube_comes_back_as_it_was_put(store: Store) -> None:
    given = cube(
        "a",
        text="tea, 茶 and 🍵\n with 'quotes'; and \x00 too",
        valid=Interval(START - HOUR, START + HOUR),
        labels={"role": "user", "turn": "0", "speaker": "Ána"},
        keys=("drink", "tea"),
        events=("e1", "e2"),
        parents=("p2", "p1"),
        trust=0.25,
        scope=Scope("acme", "ana", "agent", "s1"),
    )
    store.commit(batch(put(given)))
    assert store.get("a") == given


@pytest.mark.parametrize(
    "payload", [Text(""), KV("digest", "model", 12, (3, 15)), Weights("digest", "model")]
)
def test_all_three_forms_are_kept(store: Store, payload: Text | KV | Weights) -> None:
    given = cube("a", payload=payload)
    store.commit(batch(put(given, keys=None)))
    assert store.get("a") == given


def test_a_version_closes_the_one_before(store: Store) -> None:
    first = cube("a", text="tea")
    second = cube("a", 2, text="coffee", now=START + HOUR)
    store.commit(batch(put(first)))
    store.commit(batch(put(second), now=START + HOUR))
    assert store.get("a") == second
    old, new = store.history("a")
    assert old.known == Interval(START, START + HOUR)
    assert new.known == Interval(START + HOUR)
    assert (old.text, new.text) == ("tea", "coffee")


@pytest.mark.parametrize("version", [1, 3])
def test_a_stale_version_is_a_conflict_and_changes_nothing(store: Store, version: int) -> None:
    store.commit(batch(put(cube("a"))))
    before = (store.sequence(), store.history("a"), store.count(ALL))
    other = put(cube("b"))
    with pytest.raises(Conflict, match="a is at version 1"):
        store.commit(batch(other, put(cube("a", version))))
    assert (store.sequence(), store.history("a"), store.count(ALL)) == before
    assert store.get("b") is None


def test_a_first_version_must_be_number_one(store: Store) -> None:
    with pytest.raises(Conflict):
        store.commit(batch(put(cube("a", 2))))


def test_several_batches_are_one_transaction(store: Store) -> None:
    with pytest.raises(Conflict):
        store.commit(batch(put(cube("a")), id="b1"), batch(put(cube("b", 5)), id="b2"))
    assert store.get("a") is None
    assert store.sequence() == 0


def test_reads_at_a_moment_in_both_times(store: Store) -> None:
    """Lived in Porto until noon, learnt at 11; corrected at 15: it was until 10."""
    noon, morning = START + 3 * HOUR, START + HOUR
    learnt, corrected = START + 2 * HOUR, START + 6 * HOUR
    store.commit(batch(put(cube("a", now=learnt, valid=Interval(None, noon))), now=learnt))
    store.commit(
        batch(put(cube("a", 2, now=corrected, valid=Interval(None, morning))), now=corrected)
    )

    def version(valid: datetime | None, known: datetime | None) -> int | None:
        found = store.get("a", Moment(valid, known))
        assert [c.version for c in store.scan(ALL, SEARCHABLE, Moment(valid, known))] == (
            [found.version] if found else []
        )
        return found.version if found else None

    assert version(None, learnt - HOUR) is None
    assert version(None, learnt) == 1
    assert version(None, corrected - timedelta(microseconds=1)) == 1
    assert version(None, corrected) == 2
    assert version(START, None) == 2
    assert version(noon - HOUR, None) is None
    assert version(noon - HOUR, learnt) == 1
    assert version(noon, learnt) is None
    assert version(morning, corrected) is None


def test_scanning_reads_any_number_in_order(store: Store) -> None:
    ids = [f"c{number:04}" for number in range(1203)]
    store.commit(batch(*(put(cube(id), keys=None) for id in ids)))
    assert [cube.id for cube in store.scan(ALL, SEARCHABLE)] == ids


def test_scanning_keeps_to_scope_and_state(store: Store) -> None:
    store.commit(
        batch(
            put(cube("a", scope=ANA)),
            put(cube("b", scope=BOB)),
            put(cube("c", scope=ANA, state=State.ARCHIVED)),
            put(cube("d", scope=Scope("globex", "ana"))),
        )
    )

    def found(scope: Scope, *states: State) -> list[str]:
        return [cube.id for cube in store.scan(scope, frozenset(states))]

    assert found(ANA, State.ACTIVATED) == ["a"]
    assert found(ANA, State.ARCHIVED) == ["c"]
    assert found(ALL, State.ACTIVATED, State.ARCHIVED) == ["a", "b", "c"]
    assert found(Scope("globex"), State.ACTIVATED) == ["d"]
    assert found(Scope("acme", "ana", session="nowhere"), State.ACTIVATED) == []
    assert [store.count(scope) for scope in (ALL, ANA, BOB)] == [2, 1, 1]


def test_ids_are_found_by_how_they_begin_within_scope(store: Store) -> None:
    store.commit(
        batch(put(cube("abc", scope=ANA)), put(cube("abd", scope=BOB)), put(cube("zzz", scope=ANA)))
    )
    assert store.resolve("ab", ALL) == ["abc", "abd"]
    assert store.resolve("ab", ANA) == ["abc"]
    assert store.resolve("", ANA) == ["abc", "zzz"]
    assert store.resolve("abcd", ALL) == []


def test_lineage_is_followed_through_every_version(store: Store) -> None:
    store.commit(batch(put(cube("a", events=("e1",))), put(cube("s", parents=("a",)))))
    store.commit(batch(put(cube("s", 2, parents=("b",), events=("e2",)))))
    assert store.derived(["a"]) == ["s"]
    assert store.derived(["b"]) == ["s"]
    assert store.derived(["s"]) == []
    assert sorted(store.resting_on(["e1", "e2"])) == ["a", "s"]


def test_links_join_both_ends_and_an_edge_proposed_again_takes_the_new_weight(store: Store) -> None:
    later = START + HOUR
    store.commit(batch(links=[Link("a", "b", "likes", "said so", 0.5), Link("c", "a", "knows")]))
    store.commit(batch(links=[Link("a", "b", "likes", "again", 0.9)], now=later))
    assert store.links("a") == [Link("c", "a", "knows"), Link("a", "b", "likes", "again", 0.9)]
    assert store.links("b") == [Link("a", "b", "likes", "again", 0.9)]
    assert Link("a", "b", "likes", "said so", 0.5) in store.links("b", Moment(known=START))
    assert store.links("b", Moment(known=START - HOUR)) == []


def test_events_come_back_word_for_word(store: Store) -> None:
    given = event("e1")
    store.commit(batch(event=given, digest="d1"), batch(event=event("e2", scope=BOB), id="e2"))
    assert store.events(["e1"]) == [given]
    assert [event.id for event in store.events(["e2", "e1", "none"])] == ["e1", "e2"]
    assert [event.id for event in store.all_events(ANA)] == ["e1"]
    assert store.stored("d1") == "e1"
    assert store.stored("d2") is None


def test_the_journal_holds_one_line_per_op_in_order(store: Store) -> None:
    entries = (Applied("add", "a", 1, "said"), Applied("noop", None, None, "nothing new"))
    last = store.commit(
        batch(put(cube("a")), event=event("e1"), entries=entries, by="x", cause="e1")
    )
    lines = store.journal()
    assert [line.seq for line in lines] == list(range(1, 4))
    assert last == store.sequence() == 3
    assert [line.applied.op for line in lines] == ["event", "add", "noop"]
    assert {(line.by, line.cause, line.at) for line in lines} == {("x", "e1", START)}
    assert [line.applied for line in store.journal("a")] == [entries[0]]
    assert store.journal(after=2) == lines[2:]


def test_receipts_survive_and_open_ones_are_listed_in_order(store: Store) -> None:
    stored = Receipt("e1", Status.STORED, ("e1",), (Applied("add", "a", 1, "said", "words"),))
    for name in ("e1", "e0", "e2"):
        store.commit(
            batch(event=event(name), receipt=Receipt(name, Status.STORED, (name,)), id=name)
        )
    store.save_receipt(stored)
    assert store.unrefined() == ["e1", "e0", "e2"]
    store.save_receipt(Receipt("e0", Status.FAILED, error="no"))
    store.save_receipt(Receipt("e2", Status.REFINED, tokens=5, seconds=0.1))
    assert store.unrefined() == ["e1"]
    found = store.receipt("e1")
    assert found is not None
    assert found.applied == (Applied("add", "a", 1, "said", ""),), "the words live in one place"
    assert store.receipt("e2") == Receipt("e2", Status.REFINED, tokens=5, seconds=0.1)
    assert store.receipt("none") is None


def test_settings_are_kept(store: Store) -> None:
    assert store.get_meta("embedder") is None
    store.set_meta("embedder", "one")
    store.set_meta("embedder", "two")
    assert store.get_meta("embedder") == "two"


def test_use_is_counted_and_does_not_make_a_version(store: Store, clock: ManualClock) -> None:
    store.commit(batch(put(cube("a"))))
    sequence = store.sequence()
    store.touch([("a", clock.now()), ("a", clock.now())])
    store.touch([("a", clock.now() + HOUR)])
    found = store.get("a")
    assert found is not None
    assert (found.uses, found.last_used, found.version) == (3, START + HOUR, 1)
    assert found.strength == 4.0
    assert store.sequence() == sequence


def test_evidence_holds_what_scoring_needs(store: Store) -> None:
    turn = {"role": "user", "turn": "0"}
    named = {"role": "assistant", "turn": "1", "speaker": "Robo"}
    store.commit(
        batch(
            put(cube("a", text="Do you like tea? ", labels=turn, scope=ANA.within(session="s"))),
            put(cube("b", text="Yes", labels=named, scope=ANA.within(session="s"))),
            put(cube("c", text="A summary", valid=Interval(), scope=ANA.within(session="s"))),
            put(cube("d", text="hi", labels=turn, scope=ANA.within(session="t"))),
            put(cube("e", text="no", labels=turn, scope=BOB)),
        )
    )
    found = store.evidence(ANA, NOW, FP)
    assert list(found.ids) == ["a", "b", "c", "d"]
    assert list(found.speakers) == ["user", "robo", "", "user"]
    assert list(found.asks) == [True, False, False, False]
    assert list(found.places[[0, 1, 3]]) == [0, 1, 0]
    assert found.places[2] < -3, "what is not a turn is next to nothing"
    assert found.sessions[0] == found.sessions[1] == found.sessions[2] != found.sessions[3]
    assert found.at[0] == START.timestamp()
    assert np.isnan(found.at[2])
    assert np.array_equal(found.terms.data[: found.terms.offsets[1]], terms("Do you like tea?"))
    assert np.array_equal(found.vectors[1], vector("Yes"))
    assert (np.diff(found.rows) > 0).all()


def test_another_embedders_vectors_are_never_handed_out(store: Store) -> None:
    store.commit(batch(put(cube("a")), put(cube("b"))))
    other = store.evidence(ALL, NOW, "another")
    assert other.vectors.shape == (2, 0)
    assert store.tokens("another", other.entries) == [None, None]
    assert len(store.vectors("another", 0, 10)[0]) == 0
    assert [text for _, text in store.missing_vectors("another", 10)] == ["about a", "about b"]
    assert store.missing_vectors(FP, 10) == []
    some = np.array([other.entries[1]], np.int64)
    store.add_vectors("another", some, np.ones((1, 4), np.float32), [states("x")])
    mixed = store.evidence(ALL, NOW, "another")
    assert mixed.vectors.tolist() == [[0] * 4, [1] * 4]
    assert np.array_equal(store.evidence(ALL, NOW, FP).vectors[1], vector("about b"))


def test_indexes_are_fed_row_by_row(store: Store) -> None:
    store.commit(batch(*(put(cube(id, text=f"{id} tea")) for id in "abcde")))
    evidence = store.evidence(ALL, NOW, FP)
    assert np.array_equal(store.rows(ALL), evidence.rows)
    assert store.rows(BOB).tolist() == []
    first, held = store.terms_after(0, 3)
    rest, later = store.terms_after(int(first[-1]), 10)
    assert np.array_equal(np.concatenate([first, rest]), evidence.entries)
    assert np.array_equal(held.followed_by(later).data, evidence.terms.data)
    assert np.array_equal(store.vectors_of(FP, evidence.entries[::-1]), evidence.vectors[::-1])
    assert store.vectors_of(None, evidence.entries).shape == (5, 0)


def test_a_version_without_new_words_is_found_by_the_old_entries(store: Store) -> None:
    store.commit(batch(put(cube("a", text="tea"))))
    first = store.evidence(ALL, NOW, FP)
    store.commit(batch(put(cube("a", 2, text="tea", labels={"mood": "calm"}), keys=None)))
    second = store.evidence(ALL, NOW, FP)
    assert second.entries.tolist() == first.entries.tolist()
    assert second.rows.tolist() != first.rows.tolist()
    assert store.in_scope(first.entries, ALL, NOW).tolist() == second.rows.tolist()
    entries, rows = store.served(ALL, NOW)
    assert (entries.tolist(), rows.tolist()) == (first.entries.tolist(), second.rows.tolist())
    assert [len(found) for found in store.served(Scope("globex"), NOW)] == [0, 0]
    assert store.died(0).tolist() == first.rows.tolist()


def test_vectors_are_handed_out_in_the_order_of_writing(store: Store) -> None:
    for name in "abc":
        store.commit(batch(put(cube(name)), id=name))
    places, entries, vectors = store.vectors(FP, 0, 2)
    assert len(places) == len(entries) == len(vectors) == 2
    rest = store.vectors(FP, int(places[-1]), 10)
    assert rest[0].tolist() > places.tolist()
    assert np.array_equal(rest[2][0], vector("about c"))


def test_forgetting_leaves_no_row_of_it(store: Store) -> None:
    spoken = event("e1")
    store.commit(
        batch(
            put(cube("a", events=("e1",), labels={"role": "user", "turn": "0"})),
            put(cube("b", events=("e1",), labels={"role": "user", "turn": "1"})),
            links=[Link("a", "b", "next"), Link("b", "a", "last")],
            event=spoken,
            entries=(Applied("add", "a", 1, "because of tea"), Applied("add", "b", 1, "said")),
            receipt=Receipt("e1", Status.STORED),
        )
    )
    store.commit(batch(put(cube("a", 2))))
    store.touch([("a", START)])
    kept = event("e1", ("", "two"))
    store.forget(["a"], [], [kept], batch(entries=(Applied("forget", "a", None, ""),), id="f"))
    assert store.get("a") is None
    assert store.history("a") == []
    assert store.links("b") == []
    assert store.events(["e1"]) == [kept]
    assert store.receipt("e1") is None
    assert [line.applied.op for line in store.journal("a")] == ["add", "put", "forget"]
    assert not any(line.applied.why for line in store.journal("a"))
    assert [cube.id for cube in store.scan(ALL, SEARCHABLE)] == ["b"]
    assert len(store.vectors(FP, 0, 10)[0]) == 1
    store.forget(["b"], ["e1"], [], batch(id="g"))
    assert store.events(["e1"]) == []
    assert len(store.terms_after(0, 10)[0]) == 0


def test_erasures_are_counted_and_what_was_read_before_one_cannot_be_written(store: Store) -> None:
    store.commit(batch(put(cube("a"))))
    assert store.erasures() == 0
    store.forget(["a"], [], [], batch(id="f"))
    assert store.erasures() == 1
    with pytest.raises(Conflict):
        store.commit(batch(put(cube("b")), erasures=0))
    store.commit(batch(put(cube("b")), erasures=1))
    assert store.get("b") is not None


def test_what_was_in_doubt_when_another_came_first_is_a_conflict_for_one_only(store: Store) -> None:
    store.commit(batch(put(cube("a"))))
    store.commit(batch(put(cube("a", 2, text="mine"))))
    with pytest.raises(Conflict):
        store.commit(batch(put(cube("a", 2, text="yours"))))
    found = store.get("a")
    assert found is not None
    assert found.text == "mine"


@pytest.mark.parametrize("wide", [0, 1_000])
def test_a_filter_finds_the_same_however_many_comparisons_it_makes(
    store: Store, monkeypatch: pytest.MonkeyPatch, wide: int
) -> None:
    """Every shape of a filter, against labels as they are."""
    monkeypatch.setattr(filters, "WIDE", wide)
    held = {
        "a": {"kind": "tea", "year": "2020"}, "b": {"kind": "milk", "year": "late"},
        "c": {"year": "2024"}, "d": {}, "e": {"kind": "tea", "turn": "3"},
    }  # fmt: skip
    store.commit(batch(*(put(cube(id, labels=labels)) for id, labels in held.items())))
    tea, late = {"kind": "tea"}, {"year": {"gte": 2021}}
    for wanted, expected in (
        (tea, "ae"), (late, "c"), ({"OR": [tea, late]}, "ace"), ({"AND": [tea, late]}, ""),
        ({"NOT": tea}, "bcd"), ({"NOT": {"OR": [tea, late]}}, "bd"),
        ({"AND": [{"NOT": tea}, {"NOT": late}]}, "bd"), ({"OR": [tea, {"NOT": late}]}, "abde"),
        ({"kind": "*"}, "abe"), ({"kind": ["tea", "milk"], "year": {"lt": 2021}}, "a"),
        ({"AND": [tea, {"turn": {"gte": 2}}]}, "e"), ({"kind": {"icontains": "IL"}}, "b"),
    ):  # fmt: skip
        found = store.scan(ALL, SEARCHABLE, where=parsed(wanted))
        assert "".join(cube.id for cube in found) == expected, wanted
