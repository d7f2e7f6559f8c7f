"""Cached evidence is what the store would say, after any sequence of changes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storing import ALL, ANA, BOB, FP, batch, cube, put, states

from memwell.core.cube import MemCube
from memwell.core.evidence import Evidence, Ints
from memwell.core.filter import Compare
from memwell.core.lifecycle import State
from memwell.core.model import TokenStates
from memwell.core.scope import Scope
from memwell.core.store import NOW, Store
from memwell.index.cache import EvidenceCache, TokenCache, joined, select
from memwell.store.sqlite import SQLiteStore
from support import quick_folder

IDS = "abcd"
NAMED = Compare("speaker", "eq", None)

actions = st.tuples(st.sampled_from(["words", "labels", "delete", "restore", "read"]),
                    st.sampled_from(IDS), st.sampled_from([ANA, BOB]))  # fmt: skip


def assert_same(one: Evidence, other: Evidence) -> None:
    assert list(one.ids) == list(other.ids)
    assert list(one.speakers) == list(other.speakers)
    for name in ("rows", "entries", "sessions", "places", "at", "asks", "vectors"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "at"), (
            name
        )
    assert np.array_equal(one.terms.data, other.terms.data)
    assert np.array_equal(one.terms.offsets, other.terms.offsets)


class Changing:
    """A store whose cubes change at a word."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.cubes: dict[str, MemCube] = {}
        self.count = 0

    def __call__(self, action: str, id: str, scope: Scope) -> None:
        self.count += 1
        old = self.cubes.get(id)
        version = old.version + 1 if old else 1
        scope = old.scope if old else scope
        words = f"{id} says word {self.count}"
        match action:
            case "words":
                self._put(cube(id, version, text=words, scope=scope))
            case "labels" if old:
                labels = {"speaker": f"S{self.count}"}
                self._put(cube(id, version, text=old.text, scope=scope, labels=labels), old=True)
            case "delete" | "restore" if old:
                state = State.EXPIRED if action == "delete" else State.ACTIVATED
                new = cube(id, version, text=old.text, scope=scope, state=state)
                self._put(new, old=True)

    def _put(self, new: MemCube, *, old: bool = False) -> None:
        self.store.commit(batch(put(new, keys=None) if old else put(new)))
        self.cubes[new.id] = new


@settings(max_examples=40)
@given(st.lists(actions, max_size=20))
def test_renewed_evidence_equals_what_is_freshly_loaded(
    steps: list[tuple[str, str, Scope]],
) -> None:
    with quick_folder() as folder:
        store = SQLiteStore(Path(folder) / "memory.db")
        cache, change = EvidenceCache(store, FP, capacity=2), Changing(store)
        for action, id, scope in steps:
            change(action, id, scope)
            if action == "read":
                for reader in (ANA, BOB, ALL):
                    assert_same(cache.get(reader), store.evidence(reader, NOW, FP))
                    chosen = store.evidence(reader, NOW, FP, where=NAMED)
                    assert_same(cache.get(reader, NAMED), chosen)
        for reader in (ALL, ANA, BOB, Scope("globex")):
            assert_same(cache.get(reader), store.evidence(reader, NOW, FP))
        store.close()


def test_only_so_many_scopes_are_kept(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "memory.db")
    cache = EvidenceCache(store, FP, capacity=2)
    for reader in (ALL, ANA, ALL, BOB):
        cache.get(reader)
    kept = [scope for scope, _ in cache._kept]
    assert kept == [ALL, BOB], "the one that was not read for longest goes"
    store.close()


class Meanwhile:
    """A store in which something happens between two reads."""

    def __init__(self, store: Store, name: str, action: Callable[[], None]) -> None:
        self._store, self._name, self._action = store, name, action
        self.armed = False

    def __getattr__(self, name: str) -> object:
        genuine = getattr(self._store, name)
        if name != self._name:
            return genuine

        def read(*args: object, **options: object) -> object:
            found = genuine(*args, **options)
            if self.armed:
                self.armed = False
                self._action()
            return found

        return read


@pytest.mark.parametrize(
    ("between", "warm"),
    [pytest.param("sequence", warm) for warm in (False, True)]
    + [("evidence", False), ("evidence", True), ("died", True)],
)
def test_a_change_between_two_reads_is_seen_once(tmp_path: Path, between: str, warm: bool) -> None:
    store = SQLiteStore(tmp_path / "memory.db")
    change = Changing(store)

    def both() -> None:
        change("words", "b", ANA)
        change("words", "a", ANA)

    watched = Meanwhile(store, between, both)
    cache = EvidenceCache(watched, FP)  # type: ignore[arg-type]
    change("words", "a", ANA)
    if warm:
        cache.get(ANA)
        change("words", "a", ANA)
    watched.armed = True
    cache.get(ANA)
    assert_same(cache.get(ANA), store.evidence(ANA, NOW, FP))
    change("words", "c", ANA)
    assert_same(cache.get(ANA), store.evidence(ANA, NOW, FP))
    store.close()


def test_evidence_of_what_was_erased_elsewhere_never_stands_for_another_cube(
    tmp_path: Path,
) -> None:
    """Ana's program has read her evidence; another one erases it and bob adds something."""
    store = SQLiteStore(tmp_path / "memory.db")
    cache = EvidenceCache(store, FP)
    store.commit(batch(put(cube("a", text="ana's secret", scope=ANA))))
    rows = cache.get(ANA).rows
    store.forget(["a"], [], [], batch(id="forget"))
    store.commit(batch(put(cube("b", text="bob's secret", scope=BOB))))
    leaked = {found.text for found in store.of_rows(cache.get(ANA).rows).values()}
    leaked |= {found.text for found in store.of_rows(rows).values()}
    store.close()
    assert not leaked


@given(st.lists(st.integers(0, 5), max_size=6), st.lists(st.integers(0, 5), max_size=6))
def test_selecting_and_joining_keep_rows_whole(first: list[int], second: list[int]) -> None:
    with quick_folder() as folder:
        store = SQLiteStore(Path(folder) / "memory.db")
        store.commit(batch(*(put(cube(id, text=f"{id} " * n)) for n, id in enumerate("abcdef", 1))))
        whole = store.evidence(ALL, NOW, FP)
        one, other = (select(whole, np.array(part, np.int64)) for part in (first, second))
        assert_same(joined(one, other), select(whole, np.array(first + second, np.int64)))
        store.close()


class Counting:
    """A store of token states that counts what is read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def tokens(self, fingerprint: str, entries: Ints) -> list[TokenStates | None]:
        self.read += entries.tolist()
        return [None if entry % 3 == 0 else states("w " * entry) for entry in entries.tolist()]


@given(st.lists(st.lists(st.integers(0, 9), max_size=6, unique=True), max_size=6),
       st.integers(0, 30))  # fmt: skip
def test_cached_token_states_are_those_of_the_store(asked: list[list[int]], room: int) -> None:
    store = Counting()
    cache = TokenCache(store, FP, capacity=room)  # type: ignore[arg-type]
    for entries in asked:
        found = cache.get(np.array(entries, np.int64))
        lengths = [None if held is None else len(held) for held in found]
        assert lengths == [None if entry % 3 == 0 else entry for entry in entries]
        assert cache._size <= room


def test_what_is_cached_is_not_read_again() -> None:
    store = Counting()
    cache = TokenCache(store, FP)  # type: ignore[arg-type]
    for entries in ([1, 2, 3], [3, 2, 4]):
        cache.get(np.array(entries, np.int64))
    assert store.read == [1, 2, 3, 4]
    cache.clear()
    cache.get(np.array([1], np.int64))
    assert store.read == [1, 2, 3, 4, 1]
