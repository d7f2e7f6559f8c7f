"""Postings find what plain BM25 over everything finds, whatever was written or erased when."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import batch, cube, put

from memwell.core.evidence import Ints, Ragged
from memwell.index import postings
from memwell.index.analysis import terms
from memwell.index.lexical import bm25
from memwell.index.postings import PostingsIndex
from memwell.index.segment import Segment, joined
from memwell.index.shelf import SegmentFiles, SegmentsInMemory
from memwell.store.sqlite import SQLiteStore
from support import quick_folder

TEXTS = st.lists(st.sampled_from(["tea", "coffee", "porto", "dog", "cat"]), max_size=6).map(
    " ".join
)
STEPS = st.lists(st.sampled_from(["add", "add", "add", "refresh", "forget", "drop"]), max_size=14)
EVERYTHING = 10_000


@contextmanager
def opened() -> Iterator[SQLiteStore]:
    with quick_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "TAIL", 3)
        patch.setattr(postings, "BLOCK", 4)
        store = SQLiteStore(Path(folder) / "memory.db")
        yield store
        store.close()


def add(store: SQLiteStore, number: int, text: str) -> None:
    store.commit(batch(put(cube(f"c{number:03}", text=text)), id=f"b{number}"))


def brute(store: SQLiteStore, query: str) -> list[float]:
    """Scores of all that hold a word of the query, best first."""
    _, held = store.terms_after(0, EVERYTHING)
    scores = bm25(terms(query), held)
    return sorted((float(score) for score in scores if score > 0), reverse=True)


def scored(store: SQLiteStore, query: str, entries: Ints) -> list[float]:
    rows, held = store.terms_after(0, EVERYTHING)
    scores = dict(zip(rows.tolist(), bm25(terms(query), held).tolist(), strict=True))
    return [scores[entry] for entry in entries.tolist()]


@settings(max_examples=40, deadline=None)
@given(STEPS, st.data(), TEXTS)
def test_both_shelves_find_what_plain_bm25_finds(
    steps: list[str], data: st.DataObject, query: str
) -> None:
    with opened() as store, quick_folder() as folder:
        shelves = [SegmentFiles(Path(folder) / "postings"), SegmentsInMemory()]
        indexes = [PostingsIndex(shelf, store) for shelf in shelves]
        for number, step in enumerate(steps):
            match step:
                case "add":
                    add(store, number, data.draw(TEXTS))
                case "refresh":
                    assert len({index.refresh() for index in indexes}) == 1
                case "forget":
                    store.forget([f"c{number - 1:03}"], [], [], batch(id=f"f{number}"))
                    for index in indexes:
                        index.tidy()
                case "drop":
                    for index in indexes:
                        index.drop()
            for index in indexes:
                found = index.search(terms(query), 50, lambda entries: entries)
                assert len(set(found.tolist())) == len(found)
                assert scored(store, query, found) == pytest.approx(brute(store, query), abs=1e-4)


def test_nothing_is_lost_to_the_filter() -> None:
    with opened() as store:
        store.commit(batch(*(put(cube(f"c{n:04}", text=f"tea {n}")) for n in range(500))))
        index = PostingsIndex(SegmentsInMemory(), store)
        last = int(store.terms_after(0, EVERYTHING)[0][-1])

        def only_last(entries: Ints) -> Ints:
            return entries[entries == last]

        assert index.search(terms("tea"), 5, only_last).tolist() == [last]
        assert index.search(terms("nothing"), 5, only_last).tolist() == []


def test_another_process_merges_while_this_one_reads() -> None:
    with opened() as store, quick_folder() as folder:
        shelf = SegmentFiles(Path(folder) / "postings")
        reader, writer = PostingsIndex(shelf, store), PostingsIndex(shelf, store)
        for number in range(30):
            add(store, number, f"tea {number}")
            writer.refresh()
            assert len(reader.search(terms("tea"), 50, lambda entries: entries)) == number + 1


def test_many_threads_may_search_at_the_same_time() -> None:
    with opened() as store:
        for number in range(20):
            add(store, number, f"tea {number}")
        index = PostingsIndex(SegmentsInMemory(), store)
        with ThreadPoolExecutor(4) as pool:
            searches = [
                pool.submit(index.search, terms("tea"), 50, lambda entries: entries)
                for _ in range(20)
            ]
            assert {len(search.result()) for search in searches} == {20}


documents = st.lists(st.lists(st.integers(0, 5), max_size=5), min_size=1, max_size=5)


def ragged(given: list[list[int]]) -> Ragged:
    return Ragged(
        np.array([term for terms in given for term in terms], np.uint32),
        np.cumsum([0, *map(len, given)]),
    )


@given(documents, documents)
def test_a_joined_segment_is_the_segment_of_both(
    first: list[list[int]], second: list[list[int]]
) -> None:
    rows = np.arange(len(first) + len(second)) * 2
    one = postings.postings(rows[: len(first)], ragged(first))
    other = postings.postings(rows[len(first) :], ragged(second))
    whole = postings.postings(rows, ragged(first + second))
    with quick_folder() as folder:
        path = Path(folder) / "segment"
        joined(one, other).save(path)
        read = Segment.opened(path)
        for name in ("rows", "lengths", "terms", "starts", "documents", "counts"):
            assert np.array_equal(getattr(read, name), getattr(whole, name)), name
