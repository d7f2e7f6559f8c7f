"""The dense index on disk: exact, whatever was written when, and whatever the filter lets pass."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import ALL, ANA, BOB, FP, batch, cube, put, vector

from memwell.core.evidence import Ints
from memwell.core.model import Floats
from memwell.core.store import NOW
from memwell.index import flat
from memwell.index.flat import FlatIndex
from memwell.index.matrix import InFiles
from memwell.index.stamp import Stamp
from memwell.store.sqlite import SQLiteStore
from support import quick_folder

texts = st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)


class Opened:
    """A store with an index beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = SQLiteStore(folder / "memory.db")
        self.index = FlatIndex(InFiles(folder / "flat"), self.store, FP)
        self.count = 0

    def add(self, *texts: str) -> None:
        """Texts of ana and bob in turn."""
        for text in texts:
            scope = (ANA, BOB)[self.count % 2]
            self.count += 1
            self.store.commit(batch(put(cube(f"c{self.count:03}", text=text, scope=scope))))

    def found(self, query: str, n: int, allowed: set[int] | None = None) -> list[int]:
        def passing(entries: Ints) -> Ints:
            seen = [e for e in entries.tolist() if allowed is None or e in allowed]
            return np.array(seen, np.int64)

        return self.index.search(vector(query), n, passing).tolist()

    def brute(self, query: str, n: int, allowed: set[int] | None = None) -> list[float]:
        """Scores of the n best of all that may pass, by plain arithmetic."""
        evidence = self.store.evidence(ALL, NOW, FP)
        scores = [
            float(np.dot(held, vector(query)))
            for held, entry in zip(evidence.vectors, evidence.entries, strict=True)
            if allowed is None or int(entry) in allowed
        ]
        return sorted(scores, reverse=True)[:n]

    def scored(self, query: str, entries: list[int]) -> list[float]:
        evidence = self.store.evidence(ALL, NOW, FP)
        held: dict[int, Floats] = dict(
            zip(evidence.entries.tolist(), evidence.vectors, strict=True)
        )
        return [float(np.dot(held[entry], vector(query))) for entry in entries]


@contextmanager
def opened() -> Iterator[Opened]:
    with quick_folder() as folder:
        made = Opened(Path(folder))
        yield made
        made.store.close()


@settings(max_examples=40)
@given(texts, texts, st.integers(1, 15), st.sets(st.integers(1, 24)), st.booleans())
def test_search_is_exact_behind_any_filter(
    first: list[str], tail: list[str], n: int, allowed: set[int], filtered: bool
) -> None:
    """The first texts are in the file, the tail only in the store."""
    with opened() as here:
        here.add(*first)
        assert here.index.refresh() == len(first)
        here.add(*tail)
        passing = allowed if filtered else None
        found = here.found("a b", n, passing)
        assert len(found) == len(set(found))
        assert here.scored("a b", found) == pytest.approx(here.brute("a b", n, passing), abs=1e-5)


def test_one_that_passes_among_thousands_is_found() -> None:
    with opened() as here:
        rows = [put(cube(f"c{n:04}", text=f"word {n}")) for n in range(3000)]
        here.store.commit(batch(*rows))
        here.index.refresh()
        last = int(here.store.evidence(ALL, NOW, FP).entries[-1])
        assert here.found("something else", 5, {last}) == [last]
        assert here.found("something else", 5, set()) == []


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["add", "refresh", "drop", "reopen"]), max_size=12), st.data())
def test_the_files_may_be_refreshed_or_dropped_at_any_time(
    steps: list[str], data: st.DataObject
) -> None:
    with opened() as here:
        here.add("a first one")
        for number, step in enumerate(steps):
            match step:
                case "add":
                    here.add(f"{data.draw(st.text('abc ', max_size=5))} {number}")
                case "refresh":
                    assert here.index.refresh() == here.count
                case "drop":
                    here.index.drop()
                case "reopen":
                    here.index = FlatIndex(InFiles(here.folder / "flat"), here.store, FP)
            found = here.found("a b", 5)
            assert here.scored("a b", found) == pytest.approx(here.brute("a b", 5), abs=1e-5)


@pytest.mark.parametrize("interrupted", ["vectors", "entries", "stamp"])
@pytest.mark.parametrize("cut", [0, 3, 50])
def test_an_interrupted_append_is_written_again(
    monkeypatch: pytest.MonkeyPatch, interrupted: str, cut: int
) -> None:
    with opened() as here:
        here.add("tea", "coffee")
        here.index.refresh()
        here.add("wine", "water", "milk")
        append, stamp = InFiles._append, Stamp.write

        def half(self: InFiles, name: str, at: int, content: bytes) -> None:
            append(self, name, at, content[:cut] if name.startswith(interrupted) else content)
            if name.startswith(interrupted):
                raise KeyboardInterrupt

        def never(self: Stamp, *values: object) -> None:
            raise KeyboardInterrupt

        if interrupted == "stamp":
            monkeypatch.setattr(Stamp, "write", never)
        else:
            monkeypatch.setattr(InFiles, "_append", half)
        with pytest.raises(KeyboardInterrupt):
            here.index.refresh()
        monkeypatch.setattr(InFiles, "_append", append)
        monkeypatch.setattr(Stamp, "write", stamp)
        for _ in range(2):
            found = here.found("wine", 5)
            assert here.scored("wine", found) == pytest.approx(here.brute("wine", 5), abs=1e-5)
            assert here.index.refresh() == 5


def test_large_indexes_are_copied_and_scored_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat, "BLOCK", 3)
    with opened() as here:
        here.add(*(f"word {n}" for n in range(10)))
        assert here.index.refresh() == 10
        here.add(*(f"tail {n}" for n in range(7)))
        found = here.found("tail 3 word", 17)
        assert here.scored("tail 3 word", found) == pytest.approx(
            here.brute("tail 3 word", 17), abs=1e-5
        )
        stamp = Stamp.read(here.folder / "flat")
        assert stamp
        assert stamp.count == 10


def test_an_empty_index_finds_nothing() -> None:
    with opened() as here:
        assert here.index.refresh() == 0
        assert here.found("tea", 3) == []
        here.index.drop()


def test_a_new_version_does_not_lose_the_row_it_is_served_by() -> None:
    with opened() as here:
        here.add("tea")
        here.index.refresh()
        here.store.commit(batch(put(cube("c001", 2, text="tea", labels={"x": "y"}), keys=None)))
        rows = here.index.search(
            vector("tea"), 3, lambda entries: here.store.in_scope(entries, ALL, NOW)
        )
        assert [found.version for found in here.store.of_rows(rows).values()] == [2]


def test_many_may_refresh_and_drop_at_the_same_time() -> None:
    """Threads with an index each, as processes have; whatever the order, nothing is lost."""
    with opened() as here:
        here.add(*(f"word {n}" for n in range(20)))
        indexes = [FlatIndex(InFiles(here.folder / "flat"), here.store, FP) for _ in range(6)]

        def work(place: int) -> None:
            for _ in range(5):
                indexes[place].drop() if place == 0 else indexes[place].refresh()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
        assert here.index.refresh() == 20
        assert len(here.found("word 3", 30)) == 20


def test_vectors_written_after_an_erasure_are_seen_even_when_the_drop_was_missed() -> None:
    """The process ended after erasing from the store and before dropping the files."""
    with opened() as here:
        here.add("tea", "coffee", "wine")
        here.index.refresh()
        here.store.forget(["c003"], [], [], batch(id="forget"))
        here.add("water")
        again = FlatIndex(InFiles(here.folder / "flat"), here.store, FP)
        again.refresh()
        rows = again.search(
            vector("water"), 1, lambda entries: here.store.in_scope(entries, ALL, NOW)
        )
        assert [found.text for found in here.store.of_rows(rows).values()] == ["water"]


def test_files_of_another_embedder_are_not_searched() -> None:
    with opened() as here:
        here.add("tea", "coffee", "wine")
        here.index.refresh()
        other = FlatIndex(InFiles(here.folder / "flat"), here.store, "another")
        assert other.search(vector("tea"), 3, lambda entries: entries).tolist() == []
        assert other.refresh() == 0
        assert here.index.refresh() == 3
        assert len(here.found("tea", 3)) == 3
