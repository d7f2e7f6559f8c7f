"""Ids: derived ones are stable, fresh ones unique, seeded ones repeatable."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memwell.core import identity
from memwell.core.identity import ALPHABET, LENGTH, derive, fresh

parts = st.lists(st.text() | st.integers(), min_size=1, max_size=4)


def test_a_derived_id_never_changes_between_versions() -> None:
    """Stored memories depend on it."""
    assert derive("event", 0) == "xczfcssk2fbk4be272za94x31b"
    assert derive("event", 1) != derive("event", 0)


@given(parts)
def test_ids_are_26_characters_of_the_alphabet(given: list[str | int]) -> None:
    made = derive(*given)
    assert made == derive(*given)
    assert len(made) == LENGTH
    assert set(made) <= set(ALPHABET)


@given(st.text(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_different_parts_make_different_ids(name: str, one: int, other: int) -> None:
    assert (derive(name, one) == derive(name, other)) == (one == other)


def test_fresh_ids_are_unique_and_unpredictable() -> None:
    drawn = list(islice(fresh(None), 2000))
    assert len(set(drawn)) == 2000
    assert not set(drawn) & set(islice(fresh(None), 2000))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_seed_repeats_its_ids_and_no_others(seed: int, other: int) -> None:
    mine = list(islice(fresh(seed), 20))
    assert mine == list(islice(fresh(seed), 20))
    assert len(set(mine)) == 20
    assert (next(fresh(other)) in mine) == (seed == other)


def test_all_places_of_an_id_vary() -> None:
    drawn = list(islice(fresh(7), 500))
    assert all(len({id[place] for id in drawn}) == 32 for place in range(LENGTH))


def test_threads_may_draw_from_one_supply(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = identity.derive

    def slow(*parts: str | int) -> str:
        sleep(0.001)  # others come in the middle of it
        return genuine(*parts)

    monkeypatch.setattr(identity, "derive", slow)
    ids = identity.fresh("seed")
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: next(ids), range(40)))
    assert set(drawn) == {genuine("seed", n) for n in range(40)}
