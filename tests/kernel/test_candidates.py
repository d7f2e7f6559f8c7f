"""Beyond a certain size only candidates are scored; what is found stays nearly the same."""

import random
from pathlib import Path

import numpy as np
import pytest
from acting import Delete, Open

from memwell.core.message import Conversation, Message
from memwell.kernel.memory import Memory
from support import START, WordEmbedder

THINGS = [
    "tea",
    "coffee",
    "porto",
    "lisbon",
    "dog",
    "cat",
    "garden",
    "piano",
    "bicycle",
    "chess",
    "soup",
    "winter",
    "train",
]
VERBS = ["likes", "sold", "painted", "lost", "found", "borrowed", "fixed"]


@pytest.fixture
def filled(open_memory: Open) -> tuple[Memory, Memory]:
    """The same 600 turns, scored exhaustively and through candidates."""
    random.seed(5)
    talks = [
        Conversation(
            tuple(
                Message(
                    f"{random.choice('ABCDEF')}{n} {random.choice(VERBS)} the "
                    f"{' and the '.join(random.sample(THINGS, 2))}"
                )
                for n in range(10)
            ),
            session=f"s{talk}",
            user=("ana", "bob")[talk % 2],
            at=START,
        )
        for talk in range(60)
    ]
    whole, part = open_memory(), open_memory()
    list(whole.add_many(talks))
    part._reembedder.source.exhaustive = 50
    return whole, part


def test_the_best_results_are_nearly_the_same(filled: tuple[Memory, Memory]) -> None:
    whole, part = filled
    shared, first = [], []
    for thing in THINGS:
        query = f"who painted the {thing}?"
        all_, some = ([h.cube.id for h in m.search(query, 10)] for m in (whole, part))
        shared.append(len(set(all_) & set(some)) / 10)
        first.append(all_[0] in some[:3])
    assert np.mean(shared) >= 0.8
    assert np.mean(first) >= 0.9


def test_a_fresh_memory_is_never_lost(filled: tuple[Memory, Memory]) -> None:
    _, part = filled
    part.search("tea")
    for number in range(5):
        receipt = part.add(f"unseen{number} zebra likes violins", user="ana")
        for query in (f"unseen{number}", f"zebra likes violins unseen{number}"):
            assert receipt.ids[0] == part.search(query, 1)[0].cube.id
            assert receipt.ids[0] == part.search(query, 1, user="ana")[0].cube.id
            assert receipt.ids[0] not in [h.cube.id for h in part.search(query, user="bob")]


def test_changes_are_seen_at_once(filled: tuple[Memory, Memory]) -> None:
    _, part = filled
    (hit,) = part.search("A1 painted the tea", 1)
    part.update(hit.cube.id, "zebra violin")
    assert part.search("zebra violin", 1)[0].cube.id == hit.cube.id
    part.apply([Delete(hit.cube.id, "wrong")], by="user")
    assert hit.cube.id not in [h.cube.id for h in part.search("zebra violin", 100)]
    part.forget(part.search("coffee", 1)[0].cube.id)
    assert len(part.search("coffee", 10)) == 10


def test_a_rare_user_among_many_is_found(filled: tuple[Memory, Memory]) -> None:
    _, part = filled
    part.add("the dog likes tea in winter", user="eve")
    for n in range(60):
        part.add(f"filler {n}", user="eve")
    hits = part.search("dog tea winter", 3, user="eve")
    assert hits[0].cube.text == "the dog likes tea in winter"
    assert {hit.cube.scope.user for hit in hits} == {"eve"}


def test_the_index_survives_reopening_and_loss(open_memory: Open, tmp_path: Path) -> None:
    memory = open_memory(embedder=WordEmbedder())
    memory._reembedder.source.exhaustive = 5
    memory.add([f"word{n} likes tea" for n in range(30)])
    expected = [hit.cube.id for hit in memory.search("word3 tea")]
    index = memory.place.index(memory.store)
    assert index
    memory.close()
    for loss in (False, True):
        if loss:
            for path in index.rglob("*"):
                if path.is_file():
                    path.unlink()
        again = open_memory(embedder=WordEmbedder())
        again._reembedder.source.exhaustive = 5
        assert [hit.cube.id for hit in again.search("word3 tea")] == expected
        again.close()


def test_a_lexical_memory_takes_candidates_by_words(open_memory: Open) -> None:
    memory = open_memory(embedder=None)
    memory._reembedder.source.exhaustive = 5
    memory.add([f"word{n} likes tea" for n in range(30)])
    assert [hit.cube.text for hit in memory.search("word3", 1)] == ["word3 likes tea"]
    assert memory.search("zzz") == []
