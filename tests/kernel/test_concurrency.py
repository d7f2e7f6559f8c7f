"""Many threads may use one memory at once; for processes see faults/test_crowd.py."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from acting import Noting, Open

from memwell.kernel.aio import AsyncMemory
from memwell.kernel.memory import Memory
from support import Where, WordEmbedder, assert_embedded, assert_sound, base


def together(*works: Callable[[], None]) -> None:
    """Runs them at once; the first error is raised here."""
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            failed.append(error)

    barrier = threading.Barrier(len(works))
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failed:
        raise failed[0]


@pytest.mark.parametrize("exhaustive", [2, 2000])
def test_threads_may_add_and_search_at_once(open_memory: Open, exhaustive: int) -> None:
    memory = open_memory(strategy=Noting())
    memory._reembedder.source.exhaustive = exhaustive

    def adding(who: str) -> Callable[[], None]:
        def work() -> None:
            for n in range(8):
                receipt = memory.add(f"{who}{n} likes tea", session=who)
                hits = memory.search(f"{who}{n}", 5)
                assert receipt.ids[0] in [hit.cube.id for hit in hits]

        return work

    def searching() -> None:
        for _ in range(20):
            ids = [hit.cube.id for hit in memory.search("tea", 100)]
            assert len(ids) == len(set(ids))

    together(adding("a"), adding("b"), adding("c"), searching)
    assert len(list(memory.view().scan())) == 48
    assert len(memory.search("likes tea", 100)) == 48
    memory.close()
    assert_sound(base(memory))
    assert_embedded(base(memory), WordEmbedder().fingerprint)


def test_threads_may_change_one_memory_at_once(open_memory: Open) -> None:
    memory = open_memory()
    (id,) = memory.add("version 1").ids

    def changing() -> None:
        for n in range(5):
            memory.update(id, f"changed {n}")

    together(changing, changing)
    versions = memory.history(id)
    assert [cube.version for cube in versions] == list(range(1, 12))
    assert sum(cube.known.open for cube in versions) == 1


def test_forgetting_while_others_add_and_search(open_memory: Open) -> None:
    memory = open_memory()
    doomed = [memory.add(f"doomed{n} tea").ids[0] for n in range(8)]

    def forgetting() -> None:
        for id in doomed:
            assert memory.forget(id).verified

    def adding() -> None:
        for n in range(8):
            memory.add(f"kept{n} tea")
            memory.search("tea", 50)

    together(forgetting, adding)
    assert {hit.cube.text for hit in memory.search("tea", 50)} == {f"kept{n} tea" for n in range(8)}


def test_another_open_memory_sees_what_was_added(open_memory: Open) -> None:
    one, other = open_memory(), open_memory()
    for n in range(5):
        receipt = one.add(f"word{n} likes tea")
        assert [hit.cube.id for hit in other.search(f"word{n}", 1)] == list(receipt.ids)
        other.update(receipt.ids[0], f"now{n} likes milk")
        assert [hit.cube.text for hit in one.search(f"now{n}", 1)] == [f"now{n} likes milk"]


def test_the_async_memory_does_the_same(named_at: Where, tmp_path: Path) -> None:
    async def work() -> None:
        async with AsyncMemory(named_at("async"), embedder=WordEmbedder(), model=None) as memory:
            receipts = await asyncio.gather(*(memory.add(f"word{n} likes tea") for n in range(6)))
            hits = await asyncio.gather(*(memory.search(f"word{n}", 1) for n in range(6)))
            assert [found[0].cube.id for found in hits] == [r.ids[0] for r in receipts]
            id = receipts[0].ids[0]
            await memory.update(id, "word0 likes milk")
            assert [cube.version for cube in await memory.history(id)] == [1, 2]
            assert (await memory.explain("milk", id)).rank == 1
            assert "milk" in (await memory.context("milk")).text
            written = await memory.export(tmp_path / "all.jsonl")
            again = await memory.import_(tmp_path / "all.jsonl")
            assert again.skipped == written.versions + written.receipts + 6
            assert (await memory.forget(id)).verified
            assert not (await memory.manage()).applied

    asyncio.run(work())


def test_every_method_of_memory_has_its_async_twin() -> None:
    ours = {name for name in vars(AsyncMemory) if not name.startswith("_")}
    expected = {"add", "search", "context", "ask", "explain", "update", "forget", "get", "history",
                "manage", "export", "import_", "close"}  # fmt: skip
    assert expected <= ours
    assert ours <= {name for name in dir(Memory) if not name.startswith("_")} | {"memory"}
