"""Changing the embedder: nothing is mixed, nothing is lost, and the work is resumed."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from acting import Open

from memwell.core.model import Embedding
from memwell.kernel import reembed
from memwell.kernel.memory import Memory
from memwell.models.scripted import HashEmbedder
from support import WordEmbedder, assert_embedded, base, rows

TEXTS = [f"word{n} likes tea" for n in range(20)]


class Gated(WordEmbedder):
    """Waits before every batch of more than one text until it may go on."""

    def __init__(self, name: str, **options: int) -> None:
        super().__init__(name, **options)
        self.gate, self.waiting = threading.Semaphore(0), threading.Event()

    def embed(self, texts: Sequence[str]) -> Embedding:
        if len(texts) > 1:
            self.waiting.set()
            assert self.gate.acquire(timeout=20)
        return super().embed(texts)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembed, "BATCH", 5)


def vectors(memory: Memory) -> dict[str, int]:
    query = "SELECT fingerprint, count(*) FROM vector GROUP BY fingerprint"
    return dict(rows(base(memory), query))  # type: ignore[arg-type]


def found(memory: Memory, query: str, **options: Any) -> list[str]:
    return [hit.cube.text for hit in memory.search(query, **options)]


def reasons(memory: Memory, query: str) -> dict[str, float]:
    return {reason.name: reason.value for reason in memory.search(query, 1)[0].reasons}


def test_new_vectors_are_made_in_the_background_and_old_ones_stay_apart(
    open_memory: Open, small_batches: None
) -> None:
    memory = open_memory(embedder=WordEmbedder("old", width=24))
    memory.add(TEXTS)
    memory.close()
    new = WordEmbedder("new", width=16)
    again = open_memory(embedder=new)
    again.wait()
    assert vectors(again) == {WordEmbedder("old", width=24).fingerprint: 20, new.fingerprint: 20}
    assert_embedded(base(again), new.fingerprint)
    assert again.store.get_meta("embedder") == new.fingerprint
    evidence = again.view().evidence("tea")
    expected = new.embed([f"word{n} likes tea" for n in range(20)]).vectors
    assert np.allclose(evidence.vectors, expected, atol=1e-6)
    assert found(again, "word7", k=1) == ["word7 likes tea"]


def test_search_is_lexical_until_the_new_vectors_are_complete(
    open_memory: Open, small_batches: None
) -> None:
    """The old embedder cannot be had any more."""
    memory = open_memory(embedder=WordEmbedder("old"))
    memory.add(TEXTS)
    memory.close()
    new = Gated("new", width=16)
    again = open_memory(embedder=new)
    assert new.waiting.wait(10)
    new.gate.release()
    new.gate.release()
    assert again._reembedder.serving is None
    assert found(again, "word7", k=1) == ["word7 likes tea"]
    assert reasons(again, "word7")["meaning"] == 0
    again.add("word20 likes milk")
    assert found(again, "word20", k=1) == ["word20 likes milk"]
    for _ in range(10):
        new.gate.release()
    again.wait()
    assert again._reembedder.serving is new
    assert reasons(again, "word7")["meaning"] > 0
    assert found(again, "word20", k=1) == ["word20 likes milk"]
    assert vectors(again)[new.fingerprint] == 21


def test_the_old_embedder_serves_while_it_can_be_had(
    open_memory: Open, small_batches: None
) -> None:
    memory = open_memory(embedder=HashEmbedder(32))
    memory.add(TEXTS)
    before = reasons(memory, "word7 tea")
    memory.close()
    new = Gated("new", width=16)
    again = open_memory(embedder=new)
    assert new.waiting.wait(10)
    assert again._reembedder.serving == HashEmbedder(32)
    assert reasons(again, "word7 tea") == pytest.approx(before, abs=1e-5)
    for _ in range(10):
        new.gate.release()
    again.wait()
    assert again._reembedder.serving is new
    assert_embedded(base(again), new.fingerprint)


def test_a_fresh_memory_is_found_while_the_old_embedder_serves(
    open_memory: Open, small_batches: None
) -> None:
    memory = open_memory(embedder=HashEmbedder(32))
    memory.add(TEXTS)
    memory.close()
    new = Gated("new", width=16)
    again = open_memory(embedder=new)
    assert new.waiting.wait(10)
    try:
        again.add("word20 likes milk")
        seen = found(again, "word20 milk", k=5)
    finally:
        for _ in range(10):
            new.gate.release()
    assert "word20 likes milk" in seen


def test_closing_in_the_middle_keeps_what_is_done_and_opening_resumes(
    open_memory: Open, small_batches: None
) -> None:
    memory = open_memory(embedder=WordEmbedder("old"))
    memory.add(TEXTS)
    memory.close()
    new = Gated("new")
    again = open_memory(embedder=new)
    assert new.waiting.wait(10)
    closing = threading.Thread(target=again.close)
    closing.start()
    assert again._reembedder._stop.wait(10)
    new.gate.release()
    closing.join(10)
    assert vectors(again)[new.fingerprint] == 5
    last = WordEmbedder("new")
    third = open_memory(embedder=last)
    third.wait()
    assert last.texts == 15
    assert_embedded(base(third), last.fingerprint)
    assert third._reembedder.serving is last


def test_the_same_embedder_again_has_nothing_to_do(open_memory: Open) -> None:
    memory = open_memory(embedder=WordEmbedder("old"))
    memory.add(TEXTS)
    memory.close()
    same = WordEmbedder("old")
    again = open_memory(embedder=same)
    again.wait()
    assert same.texts == 0
    assert reasons(again, "word7")["meaning"] > 0


def test_a_memory_without_vectors_gets_them(open_memory: Open) -> None:
    memory = open_memory(embedder=None)
    memory.add(TEXTS)
    memory.update(memory.search("word3", 1)[0].cube.id, "word3 likes milk")
    assert reasons(memory, "word7")["meaning"] == 0
    memory.close()
    new = WordEmbedder("new")
    again = open_memory(embedder=new)
    again.wait()
    assert_embedded(base(again), new.fingerprint)
    assert reasons(again, "word7")["meaning"] > 0


def test_what_is_forgotten_meanwhile_gets_no_vector(open_memory: Open, small_batches: None) -> None:
    memory = open_memory(embedder=WordEmbedder("old"))
    receipt = memory.add(TEXTS)
    memory.close()
    new = Gated("new")
    again = open_memory(embedder=new)
    assert new.waiting.wait(10)
    again.forget(receipt.ids[0])
    for _ in range(10):
        new.gate.release()
    again.wait()
    query = "SELECT count(*) FROM vector WHERE row NOT IN (SELECT row FROM version)"
    assert rows(base(again), query) == [(0,)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_embedder_that_fails_leaves_a_memory_that_works(open_memory: Open) -> None:
    class Failing(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> Embedding:
            if len(texts) > 1:
                raise OSError("no route to host")
            return super().embed(texts)

    memory = open_memory(embedder=WordEmbedder("old"))
    memory.add(TEXTS)
    memory.close()
    again = open_memory(embedder=Failing("new"))
    again.wait()
    assert found(again, "word7", k=1) == ["word7 likes tea"]
    again.close()
    last = WordEmbedder("new")
    third = open_memory(embedder=last)
    third.wait()
    assert_embedded(base(third), last.fingerprint)
